import { ingest, runDetails, runDocument, stopRun } from '../tracking/index.ts';
import type { Invocation } from './command.ts';
import { statusLook } from './format.ts';
import { harmless } from './harmless.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { openFor } from './stores.ts';
import { paint, print, printJson } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  nothingMore('stop', others);
  const store = await openFor(invocation);
  try {
    const id = runId(store, reference);
    await stopRun(runDetails(store, id).directory);
    await ingest(store);
    const run = runDetails(store, id);
    const { sign, style } = statusLook[run.status];
    if (invocation.json) printJson(runDocument(run));
    else print(`${paint(`${sign} ${run.status}`, style)} ${harmless(run.name)}`);
    return 0;
  } finally {
    store.close();
  }
}
