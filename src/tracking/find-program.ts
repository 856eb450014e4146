import { delimiter, extname, isAbsolute, join, resolve } from 'node:path';
import { platform } from 'node:process';
import { isExecutable } from '../base/executable.ts';

/**
 * The file that a program's name stands for, or null: as the system finds it when it is started.
 *
 * @param cwd where a name with a slash in it is taken from
 */
export function findProgram(name: string, cwd: string, environment: NodeJS.ProcessEnv): string | null {
  const named = name.includes('/') || (platform === 'win32' && name.includes('\\')) || isAbsolute(name);
  const folders = named ? [cwd] : (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(Boolean);
  for (const folder of folders) {
    for (const ending of endings(name, environment)) {
      const file = named ? resolve(folder, name + ending) : join(resolve(cwd, folder), name + ending);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

function endings(name: string, environment: NodeJS.ProcessEnv): string[] {
  if (platform !== 'win32') return [''];
  const known = (environment.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean);
  return extname(name) ? ['', ...known] : known;
}
