import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CodeState } from '../contract/run-file.ts';
import { isSource, moreThan, type Omission, shortened } from './source-files.ts';

const limits = { bytes: 20 << 20, files: 2_000, file: 1 << 20, folders: 5_000 };
const neverSource = new Set(['node_modules', '__pycache__', 'site-packages']);

/** Copies a folder's source files to `code/files` of the run's folder, the shallowest first, within limits. */
export async function copySources(root: string, runFolder: string, signal: AbortSignal): Promise<CodeState> {
  const omitted: Omission[] = [];
  const waiting = ['.'];
  let bytes = 0;
  let files = 0;
  let visited = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    signal.throwIfAborted();
    if (++visited > limits.folders) {
      omitted.push({ path: folder, reason: moreThan(`${limits.folders} folders`) });
      break;
    }
    for (const entry of await sortedEntries(join(root, folder), folder, omitted)) {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.includes('\ufffd')) {
        if (entry.isDirectory() || isSource(path)) omitted.push({ path, reason: 'its name is not UTF-8' });
      } else if (entry.isDirectory()) {
        const reason = await whyNotFolder(join(root, path), entry.name);
        if (reason === undefined) waiting.push(path);
        else if (reason !== 'hidden') omitted.push({ path: `${path}/`, reason });
      } else if (entry.isFile() && isSource(path)) {
        const { size } = await lstat(join(root, path));
        const reason = whyNotFile(size, bytes, files);
        if (reason) omitted.push({ path, reason });
        else if (await copied(join(root, path), join(runFolder, 'code', 'files', path), path, omitted)) {
          bytes += size;
          files++;
        }
      }
    }
  }
  return {
    version: 1,
    kind: files > 0 ? 'copy' : 'none',
    root,
    commit: null,
    branch: null,
    dirty: false,
    patch: null,
    copy: files > 0 ? 'code/files' : null,
    omitted: shortened(omitted),
  };
}

async function sortedEntries(path: string, name: string, omitted: Omission[]) {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    omitted.push({ path: `${name}/`, reason: 'cannot be read' });
    return [];
  }
}

async function whyNotFolder(path: string, name: string): Promise<string | undefined> {
  if (name.startsWith('.')) return 'hidden';
  if (neverSource.has(name)) return 'installed packages';
  for (const sign of ['pyvenv.cfg', 'conda-meta']) {
    if (await exists(join(path, sign))) return 'a virtual environment';
  }
  return undefined;
}

function whyNotFile(size: number, bytes: number, files: number): string | undefined {
  if (size > limits.file) return `larger than ${limits.file >> 20} MB`;
  if (files >= limits.files) return moreThan(`${limits.files} files`);
  if (bytes + size > limits.bytes) return moreThan(`${limits.bytes >> 20} MB in all`);
  return undefined;
}

async function copied(from: string, to: string, path: string, omitted: Omission[]): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyFile(from, to);
    return true;
  } catch {
    omitted.push({ path, reason: 'cannot be read' });
    return false;
  }
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
