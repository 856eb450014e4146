import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningBackend, startBackend } from '../backend.ts';
import type { Playground } from '../cli.ts';

/** The backend that looks at the store; whoever kills it gets another. */
export interface House {
  backend(): RunningBackend;
  killBackend(): void;
  close(): Promise<void>;
}

export async function openHouse(here: Playground): Promise<House> {
  const all: RunningBackend[] = [];
  const begin = () => {
    const backend = startBackend(here.environment);
    all.push(backend);
    // It may be killed before it answers.
    const opened = backend.call('open', { folders: [{ path: here.folder, name: 'project', trusted: true }] });
    return opened.catch(() => undefined);
  };
  await begin();
  return {
    backend: () => all.at(-1) as RunningBackend,
    killBackend() {
      all.at(-1)?.child.kill('SIGKILL');
      void begin();
    },
    async close() {
      // One that was begun a moment ago may not have answered yet.
      for (const { child } of all) child.kill('SIGKILL');
      await Promise.all(all.map(({ exited }) => exited));
    },
  };
}

/** The names of runs by their folders, so that it does not take longer to find one the more there are. */
const names = new Map<string, string>();

/** The id of the run of a name; undefined where there is none. */
export function runOf(here: Playground, name: string): string | undefined {
  const runs = join(here.folder, '.trainyard', 'runs');
  if (!existsSync(runs)) return undefined;
  return readdirSync(runs).find((id) => !id.startsWith('.') && nameOf(join(runs, id)) === name);
}

function nameOf(directory: string): string | undefined {
  const file = join(directory, 'run.json');
  if (!names.has(directory) && existsSync(file)) {
    names.set(directory, (JSON.parse(readFileSync(file, 'utf8')) as { name: string }).name);
  }
  return names.get(directory);
}
