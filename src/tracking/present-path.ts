import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { pathInside } from '../base/files.ts';
import type { CodeState, RunFile } from '../contract/run-file.ts';

/**
 * Tells where a path lies now that was absolute when the run wrote it down: the store may have been moved since, with all that lies
 * around it.
 *
 * @param root the folder of the store at this moment
 */
export function presentPath(root: string, asked: RunFile | null, code: CodeState | null): (path: string) => string {
  const was = asked?.root ?? code?.root;
  return (path) => {
    if (was === undefined || was === root || !isAbsolute(path) || pathInside(root, path) !== undefined) return path;
    const inside = pathInside(was, path);
    return inside === undefined ? path : join(root, inside);
  };
}

/** Where the code of a run lies now: in its old place only where nothing of it was moved with the store. */
export function presentCodeRoot(root: string, asked: RunFile | null, code: CodeState): string {
  const moved = asked?.root === undefined ? root : resolve(root, relative(asked.root, code.root));
  if (moved === code.root) return moved;
  const script = asked !== null && 'path' in asked.target && !isAbsolute(asked.target.path) ? asked.target.path : '.';
  const isThere = existsSync(code.kind === 'git' ? join(moved, '.git') : moved) && existsSync(join(root, script));
  return isThere ? moved : code.root;
}
