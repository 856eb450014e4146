import { rerunRequest, runDetails } from '../tracking/index.ts';
import { type Invocation, option } from './command.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { enclosingRun, queueWish, start } from './run.ts';
import { openFor } from './stores.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  nothingMore('rerun', others);
  const { directory, path } = await find(invocation, reference);
  const name = option(invocation, 'name');
  return start(invocation, {
    ...rerunRequest(directory, invocation.rest ?? undefined),
    store: path,
    origin: 'cli',
    parent: enclosingRun(),
    ...queueWish(invocation),
    ...(name === undefined ? {} : { name }),
  });
}

async function find(invocation: Invocation, reference: string) {
  const store = await openFor(invocation);
  try {
    return { directory: runDetails(store, runId(store, reference)).directory, path: store.folder };
  } finally {
    store.close();
  }
}
