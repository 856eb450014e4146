import { stopRun } from '../tracking/index.ts';

/** Apart from what attends a run, which is loaded while a script starts and mostly needs no such thing. */
export async function stopNow(directory: string): Promise<void> {
  await stopRun(directory);
}
