import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { WarningCode } from '../contract/warnings.ts';

/** What is looked at of a machine. */
export interface Machine {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  /** A file's text; empty where there is none. */
  read(path: string): string;
  list(folder: string): string[];
}

type Ending = 'the last WSL window is closed' | 'you log out' | 'the container is stopped with its window';

const thisMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  },
  list(folder) {
    try {
      return readdirSync(folder).sort();
    } catch {
      return [];
    }
  },
};

/** A warning where the system ends what a window or a login leaves behind, a run included. */
export function survivalWarnings(machine: Machine = thisMachine): { code: WarningCode; params: { when: Ending } }[] {
  const when = ending(machine);
  return when ? [{ code: 'may-be-killed', params: { when } }] : [];
}

function ending({ platform, environment, read, list }: Machine): Ending | undefined {
  if (environment.REMOTE_CONTAINERS === 'true') return 'the container is stopped with its window';
  if (platform !== 'linux') return undefined;
  if (/microsoft/i.test(read('/proc/version'))) return 'the last WSL window is closed';
  const inSession = /\/session-[^/]*\.scope/.test(read('/proc/self/cgroup'));
  return inSession && killsUserProcesses(read, list) ? 'you log out' : undefined;
}

function killsUserProcesses(read: Machine['read'], list: Machine['list']): boolean {
  const folder = '/etc/systemd/logind.conf.d';
  const files = ['/etc/systemd/logind.conf', ...list(folder).map((name) => join(folder, name))];
  const settings = files.flatMap((file) => [...read(file).matchAll(/^\s*KillUserProcesses\s*=\s*(\w+)/gm)]);
  return /^(yes|true|on|1)$/i.test(settings.at(-1)?.[1] ?? '');
}
