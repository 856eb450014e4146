import { closeSync, fstatSync, ftruncateSync } from 'node:fs';
import { makeFolders } from '../../base/files.ts';
import { starterFile } from '../../base/queue-folders.ts';
import { openToAppend } from '../../base/regular-file.ts';
import { spawnTool } from '../spawn-tool.ts';
import { queuePlaces } from './places.ts';

const longestLog = 256 * 1024;

/** Lets a process of its own start what may be started of a queue; it ends when there is nothing more to start. */
export function spawnStarter(store: string, tools: string): void {
  const { top, log: file } = queuePlaces(store);
  makeFolders(top);
  const log = openToAppend(file);
  if (fstatSync(log).size > longestLog) ftruncateSync(log);
  try {
    const child = spawnTool(tools, [starterFile, store], log);
    child.on('error', () => undefined);
    child.unref();
  } finally {
    closeSync(log);
  }
}
