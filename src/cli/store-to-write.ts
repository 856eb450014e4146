import { chooseStore, namedStore } from '../project/index.ts';
import type { Invocation } from './command.ts';

/** Where a new run goes; it may not exist yet. Apart from what opens stores, which a run does without. */
export function storeToWrite({ store, cwd }: Invocation): string {
  return store === undefined ? chooseStore(cwd) : namedStore(store, cwd);
}
