import { byteText } from '../base/byte-text.ts';
import { fault } from '../contract/errors.ts';
import { deleteRuns, runDetails } from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { confirmed } from './confirmed.ts';
import { harmless } from './harmless.ts';
import { manyRuns } from './references.ts';
import { openToWrite } from './stores.ts';
import { canAsk, print, printJson } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const store = await openToWrite(invocation);
  try {
    const runs = manyRuns(store, invocation);
    const details = runs.map((id) => runDetails(store, id));
    const running = details.find(({ status }) => status === 'running');
    if (running) throw fault('run-running', { run: running.name });
    const count = runs.length === 1 ? '1 run' : `${runs.length} runs`;
    if (!switched(invocation, 'yes')) {
      if (!canAsk() || invocation.json) throw fault('not-confirmed', { count });
      const names = details.map(({ name }) => harmless(name)).join(', ');
      if (!(await confirmed(`Delete ${count} with all files (${names})? [y/N] `))) {
        print('Nothing was deleted.');
        return 0;
      }
    }
    const freed = await deleteRuns(store, runs);
    if (invocation.json) printJson({ runs, bytes: freed });
    else print(`Deleted ${count}; ${byteText(freed)} are free again.`);
    return 0;
  } finally {
    store.close();
  }
}
