import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { cleanEnvironment } from './clean-environment.ts';

/**
 * Starts one of the installed tools as a process of its own, which outlives this one.
 *
 * @param tools the folder that holds them
 * @param log a descriptor that takes its standard error
 * @param channel whether it can be sent messages
 */
export function spawnTool(
  tools: string,
  [file, ...args]: [file: string, ...args: string[]],
  log: number,
  channel = false,
): ChildProcess {
  return spawn(toolsNode(), [join(tools, file), ...args], {
    cwd: tools,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', log, ...(channel ? ['ipc' as const] : [])],
    env: {
      ...cleanEnvironment(process.env),
      ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
    },
  });
}

/** The command line runs under any Node; a newer one that it came with starts in a third of the time. */
function toolsNode(): string {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return (major < newerThanMost && process.env.TRAINYARD_NODE) || process.execPath;
}

const newerThanMost = 22;
