import { resolve } from 'node:path';
import { exportRuns } from '../tracking/index.ts';
import { type Invocation, option } from './command.ts';
import { harmless } from './harmless.ts';
import { interrupted } from './interrupted.ts';
import { usage } from './parse.ts';
import { manyRuns } from './references.ts';
import { openFor } from './stores.ts';
import { print, printJson, warn } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const out = option(invocation, 'out');
  if (!out) throw usage('export', 'Name the folder to make: --out DIR.');
  const folder = resolve(invocation.cwd, out);
  const broken = new AbortController();
  const cancel = () => broken.abort();
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  const store = await openFor(invocation);
  try {
    const runs = manyRuns(store, invocation);
    const showProgress = !invocation.json && process.stderr.isTTY;
    await exportRuns(store, {
      runs,
      folder,
      signal: broken.signal,
      onRun(done) {
        if (!showProgress) return;
        process.stderr.write(done === runs.length ? '\r\u001b[K' : `\r\u001b[K${done} of ${runs.length} runs`);
      },
    });
    if (invocation.json) printJson({ folder, runs });
    else print(`${runs.length === 1 ? '1 run' : `${runs.length} runs`} in ${harmless(folder)}`);
    return 0;
  } catch (error) {
    if (!broken.signal.aborted) throw error;
    warn('Broken off. Nothing is left in the folder.');
    return interrupted;
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
    store.close();
  }
}
