import { basename } from 'node:path';
import { hookStoppingOption, isPythonName } from '../contract/python-start.ts';
import type { RunTarget } from '../contract/run-file.ts';
import type { WarningCode } from '../contract/warnings.ts';

/** A warning where a program is a Python that is told to ignore the environment or to leave out its start-up modules. */
export function pythonWithoutHook(target: RunTarget): { code: WarningCode; params: { flag: string } }[] {
  if (target.kind !== 'program') return [];
  const [program, ...rest] = target.argv as [string, ...string[]];
  const flag = isPythonName(basename(program)) ? hookStoppingOption(rest) : undefined;
  return flag === undefined ? [] : [{ code: 'no-hook', params: { flag } }];
}
