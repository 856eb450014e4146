import { delimiter, join, resolve, sep } from 'node:path';
import process from 'node:process';
import { pathInside } from '../../base/files.ts';
import type { LaunchRequest } from '../../contract/api.ts';
import type { RunDetails } from '../../contract/run.ts';
import type { RunTarget } from '../../contract/run-file.ts';
import { masked } from '../../contract/secrets.ts';
import { rerunRequest } from '../rerun.ts';

/**
 * What starts a run again inside `folder`, which holds its code: every path into the old folder becomes one into the new,
 * so that nothing of the old one is overwritten. Variables that matter to a training are set as they were.
 *
 * @throws `run-not-marked`, `secret-missing`
 */
export function reproduceRequest(
  run: RunDetails,
  folder: string,
  secrets: Readonly<Record<string, string>> = {},
): LaunchRequest {
  const request = rerunRequest(run.directory, undefined, secrets);
  const root = run.code?.root ?? folder;
  const moved = (text: string) => moveInto(text, root, folder);
  const env = Object.fromEntries(
    Object.entries({ ...recordedVariables(run), ...request.env }).map(([name, value]) => [name, moved(value)]),
  );
  const path = [...sourcePlaces(run).map(moved), ...(env.PYTHONPATH ?? '').split(delimiter)].filter(Boolean);
  if (path.length > 0) env.PYTHONPATH = [...new Set(path)].join(delimiter);
  return {
    ...request,
    folder,
    name: `${run.name} (reproduced)`,
    target: movedTarget(request.target, root, folder),
    args: (request.args ?? []).map(moved),
    env,
    cwd: movedPath(request.cwd ?? root, root, folder),
  };
}

/** What names a place of the machine or of a job is not put back. */
const ofThePlace = /^(VIRTUAL_ENV|CONDA_.*|PYTHONHOME|SLURM_.*|MASTER_.*|RANK|WORLD_SIZE|.*_RANK|LOCAL_WORLD_SIZE)$/;

/** What has any program load something first. The record is only a file, and the mark does not cover it. */
const loadsCode =
  /^(LD_.*|DYLD_.*|PYTHON(STARTUP|INSPECT|BREAKPOINT|USERBASE|PLATLIBDIR|EXECUTABLE|PYCACHEPREFIX)|BASH_ENV|ENV|SHELLOPTS|PATH|HOME|IFS|NODE_.*|PERL.*|RUBY.*|JAVA_.*|_JAVA_.*|GIT_.*|TRAINYARD_.*)$/i;

/** Only those that are others now. */
function recordedVariables({ machine }: RunDetails): Record<string, string> {
  const recorded = Object.entries(machine?.variables ?? {});
  return Object.fromEntries(
    recorded.filter(
      ([name, value]) =>
        !ofThePlace.test(name) && !loadsCode.test(name) && !value.includes(masked) && process.env[name] !== value,
    ),
  );
}

/**
 * Where modules were looked for besides the interpreter's own environment: packages that are installed as links to their
 * sources. They go first, so that a package of the recorded code is the recorded one.
 */
function sourcePlaces({ installation }: RunDetails): string[] {
  if (!installation) return [];
  const own = [installation.prefix, installation.basePrefix];
  return installation.places.filter(
    (place) =>
      !/[\\/](site|dist)-packages$/.test(place) && own.every((prefix) => pathInside(prefix, place) === undefined),
  );
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
