import { platform } from 'node:process';
import type { ProcessIdentity } from '../base/identity.ts';
import { liveness } from '../base/process-identity.ts';

/** Outside Linux, asking when a process started means starting one. */
const keepMilliseconds = platform === 'linux' ? 0 : 2000;
const lastSeen = new Map<string, number>();

/** Whether a process is alive; where that is dear to ask, what was found alive a moment ago still counts as alive. */
export function recentLiveness(identity: ProcessIdentity): ReturnType<typeof liveness> {
  if (keepMilliseconds === 0) return liveness(identity);
  const { host, boot, pid, procStart, pidNamespace } = identity;
  const key = JSON.stringify([host, boot, pid, procStart, pidNamespace]);
  const now = performance.now();
  const seen = lastSeen.get(key);
  if (seen !== undefined && now - seen < keepMilliseconds) return 'alive';
  const found = liveness(identity);
  if (found === 'alive') lastSeen.set(key, now);
  else lastSeen.delete(key);
  return found;
}
