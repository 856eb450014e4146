import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fault } from '../../contract/errors.ts';
import { exportNames } from '../../contract/export.ts';
import { isInside } from '../run-folder.ts';

/** The lines of `SHA256SUMS`, by path. */
export type Sums = Map<string, string>;

/** As `sha256sum` writes it: a name with a line break or a backslash is escaped, and the line begins with a backslash. */
export function sumsText(sums: Sums): string {
  const lines = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sum]) => {
      const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
      return `${escaped === path ? '' : '\\'}${sum}  ${escaped}\n`;
    });
  return lines.join('');
}

/** @throws `export-unreadable` where a line is none, or names what lies outside the folder */
export function parseSums(file: string, text: string): Sums {
  const sums: Sums = new Map();
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    const path = escaped ? unescaped(name ?? '') : (name ?? '');
    if (sum === undefined || !isInside(path)) {
      throw fault('export-unreadable', { file, problem: `line ${index + 1} is no SHA-256 and path inside the folder` });
    }
    sums.set(path, sum);
  }
  return sums;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', '\\': '\\' };

function unescaped(name: string): string {
  return name.replace(/\\(.)/g, (whole, letter: string) => escapes[letter] ?? whole);
}

/**
 * Copies bytes to a file that must not exist yet, and answers their SHA-256.
 *
 * @throws the signal's reason where it is aborted; the file is left unfinished then
 */
export async function copyHashed(
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
  to: string,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const writer = await open(to, 'wx');
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      hash.update(chunk);
      await writer.appendFile(chunk);
    }
    await writer.datasync();
  } finally {
    await writer.close();
  }
  return hash.digest('hex');
}

/** @throws `export-damaged` where a file of an exported folder is not what was exported */
export function checkSum(sums: Sums, path: string, sum: string): void {
  if (sums.get(path) !== sum) throw fault('export-damaged', { file: path, sums: exportNames.sums });
}
