export interface PatchFile {
  /** The lines before the first hunk: names, modes, `Binary files differ`. */
  head: string[];
  name: string;
  lines: string[];
  added: number;
  removed: number;
}

/** Cuts a patch into its files. The hunks' own counts say which lines belong to them. */
export function patchFiles(patch: string): PatchFile[] {
  const files: PatchFile[] = [];
  let file: PatchFile | undefined;
  let before = 0;
  let after = 0;
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) {
      before = 0;
      after = 0;
      file = { head: [line], name: nameOf(line), lines: [], added: 0, removed: 0 };
      files.push(file);
      continue;
    }
    if (!file) continue;
    const hunk = before <= 0 && after <= 0 ? /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) : null;
    if (hunk) {
      before = Number(hunk[1] ?? 1);
      after = Number(hunk[2] ?? 1);
      file.lines.push(line);
      continue;
    }
    if (before <= 0 && after <= 0) {
      if (line.startsWith('\\')) file.lines.push(line);
      else if (line !== '') file.head.push(line);
      continue;
    }
    file.lines.push(line);
    if (line.startsWith('+')) {
      file.added += 1;
      after -= 1;
    } else if (line.startsWith('-')) {
      file.removed += 1;
      before -= 1;
    } else if (!line.startsWith('\\')) {
      before -= 1;
      after -= 1;
    }
  }
  return files;
}

function nameOf(line: string): string {
  return / b\/(.*)$/.exec(line)?.[1] ?? line.slice('diff --git '.length);
}
