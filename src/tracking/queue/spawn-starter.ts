import { spawn } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { makeFolders } from '../../base/files.ts';
import { starterFile } from '../../base/queue-folders.ts';
import { openToAppend } from '../../base/regular-file.ts';
import { cleanEnvironment } from '../clean-environment.ts';
import { supervisorNode } from '../start-supervisor.ts';
import { queuePlaces } from './places.ts';

const longestLog = 256 * 1024;

/** Lets a process of its own start what may be started of a queue; it ends when there is nothing more to start. */
export function spawnStarter(store: string, tools: string): void {
  const { top, log: file } = queuePlaces(store);
  makeFolders(top);
  const log = openToAppend(file);
  if (fstatSync(log).size > longestLog) ftruncateSync(log);
  try {
    const child = spawn(supervisorNode(), [join(tools, starterFile), store], {
      cwd: tools,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', log],
      env: {
        ...cleanEnvironment(process.env),
        ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
      },
    });
    child.on('error', () => undefined);
    child.unref();
  } finally {
    closeSync(log);
  }
}
