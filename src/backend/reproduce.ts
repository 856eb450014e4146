import type { ReproduceProgress, Reproduction } from '../contract/reproduction.ts';
import { followEnd, type Launched, reproduce, runDetails } from '../tracking/index.ts';
import type { Folders } from './folders.ts';

interface Asked {
  folder: string;
  run: string;
  install: boolean;
  secrets: Record<string, string>;
}

/** Runs a run again for the window, which sees the second run grow meanwhile as any other. */
export async function reproduceFor(
  folders: Folders,
  { folder, run, install, secrets }: Asked,
  progress: (step: ReproduceProgress) => void,
  signal: AbortSignal,
): Promise<Reproduction> {
  folders.starting(folder);
  const store = folders.writing(folder);
  const attend = async (started: Launched) => {
    await folders.touched(folder, [started.run]);
    return ended(started.directory, signal);
  };
  const options = { origin: 'window', build: install, secrets, signal, progress, attend } as const;
  const found = await reproduce(store, runDetails(store, run), options);
  await folders.touched(folder, [found.reproduced]);
  return found;
}

const pause = 100;

/** False where it was given up before. */
async function ended(directory: string, signal: AbortSignal): Promise<boolean> {
  const end = followEnd(directory, 'now');
  while (!signal.aborted) {
    if (await end()) return true;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return false;
}
