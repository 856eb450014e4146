import { runDetails, runDocument } from '../tracking/index.ts';
import { openSynced } from './stores.ts';

/** What `--json` says of a run that has just ended. */
export async function finalDocument(store: string, run: string): Promise<object> {
  const opened = await openSynced(store);
  try {
    return runDocument(runDetails(opened, run));
  } finally {
    opened.close();
  }
}
