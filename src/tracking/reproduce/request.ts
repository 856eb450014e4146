import { join, resolve, sep } from 'node:path';
import { pathInside } from '../../base/files.ts';
import type { LaunchRequest } from '../../contract/api.ts';
import type { RunDetails } from '../../contract/run.ts';
import type { RunTarget } from '../../contract/run-file.ts';
import { rerunRequest } from '../rerun.ts';

/**
 * What starts a run again inside `folder`, which holds its code: every path into the old folder becomes one into the new,
 * so that nothing of the old one is overwritten. The interpreter stays where it is.
 *
 * @throws `run-not-marked`
 */
export function reproduceRequest(run: RunDetails, folder: string): LaunchRequest {
  const request = rerunRequest(run.directory);
  const root = run.code?.root ?? folder;
  const moved = (text: string) => moveInto(text, root, folder);
  return {
    ...request,
    folder,
    name: `${run.name} (reproduced)`,
    target: movedTarget(request.target, root, folder),
    args: (request.args ?? []).map(moved),
    env: Object.fromEntries(Object.entries(request.env ?? {}).map(([name, value]) => [name, moved(value)])),
    cwd: movedPath(request.cwd ?? root, root, folder),
  };
}

function movedTarget(target: RunTarget, root: string, folder: string): RunTarget {
  if (target.kind === 'module') return target;
  if (target.kind === 'program') return { ...target, argv: target.argv.map((text) => moveInto(text, root, folder)) };
  return { ...target, path: movedPath(target.path, root, folder) };
}

function movedPath(path: string, root: string, folder: string): string {
  const inside = pathInside(root, resolve(path));
  return inside === undefined ? path : join(folder, inside);
}

/** Also within a text, such as `--out=/old/folder/model.bin`. */
function moveInto(text: string, root: string, folder: string): string {
  return text === root ? folder : text.replaceAll(`${root}${sep}`, `${folder}${sep}`);
}
