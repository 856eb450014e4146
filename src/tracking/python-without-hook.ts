import { basename } from 'node:path';
import type { RunTarget } from '../contract/run-file.ts';
import type { WarningCode } from '../contract/warnings.ts';

/** A warning where a program is a Python that is told to ignore the environment or to leave out its start-up modules. */
export function pythonWithoutHook(target: RunTarget): { code: WarningCode; params: { flag: string } }[] {
  if (target.kind !== 'program') return [];
  const [program, ...rest] = target.argv as [string, ...string[]];
  if (!/^(python|pypy)[\d.]*(\.exe)?$/i.test(basename(program))) return [];
  for (const word of rest) {
    if (!word.startsWith('-') || word.startsWith('-c') || word.startsWith('-m')) break;
    if (/^-[A-Za-z]*[IES]/.test(word) && !/^-[WX]/.test(word)) return [{ code: 'no-hook', params: { flag: word } }];
  }
  return [];
}
