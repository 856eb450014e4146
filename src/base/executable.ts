import { accessSync, constants } from 'node:fs';
import { lookAt } from './files.ts';

/** Whether this user may start a file. */
export function isExecutable(file: string): boolean {
  return lookAt(file)?.isFile() === true && isAllowed(file);
}

/** Whether this user may go into a folder. */
export function isEnterable(folder: string): boolean {
  return lookAt(folder)?.isDirectory() === true && isAllowed(folder);
}

function isAllowed(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
