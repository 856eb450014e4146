import { retryRequest, runDetails } from '../tracking/index.ts';
import { type Invocation, option } from './command.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { enclosingRun, queueWish, start } from './run.ts';
import { openFor } from './stores.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  nothingMore('retry', others);
  const name = option(invocation, 'name');
  return start(invocation, {
    ...(await request(invocation, reference)),
    ...queueWish(invocation),
    origin: 'cli',
    parent: enclosingRun(),
    ...(name === undefined ? {} : { name }),
  });
}

async function request(invocation: Invocation, reference: string) {
  const store = await openFor(invocation);
  try {
    return { ...retryRequest(runDetails(store, runId(store, reference))), store: store.folder };
  } finally {
    store.close();
  }
}
