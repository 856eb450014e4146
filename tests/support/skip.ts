import type { Context, Runnable } from 'mocha';

const reasons = new WeakMap<Runnable, string>();

/** For a test that this machine cannot run at all. The reason is shown above the count of skipped tests. */
export function skipBecause(context: Context, reason: string): never {
  reasons.set(context.runnable(), reason);
  return context.skip();
}

export function skipReason(test: Runnable): string {
  return reasons.get(test) ?? 'no reason given';
}
