import { cpus, freemem, totalmem } from 'node:os';
import { platform } from 'node:process';
import { readProcText } from '../base/process-list.ts';
import { readNetworkBytes } from './network-bytes.ts';

/** How the machine, or the container, stands. Undefined where the system does not tell. */
export interface MachineState {
  /** Of all cores together, in the mean since the state before. */
  cpuPercent: number | undefined;
  memoryBytes: number;
  /** Since the watch began. */
  networkReceived: number | undefined;
  networkSent: number | undefined;
}

/** Starts to watch the machine; answers how it stands whenever it is asked. */
export function watchMachine(): () => MachineState {
  let before = coreTimes();
  let device = readNetworkBytes();
  let carried = device && { received: 0, sent: 0 };
  return () => {
    const now = coreTimes();
    const cpuPercent = busyPercent(before, now);
    before = now;
    const bytes = readNetworkBytes();
    if (bytes && device && carried) {
      // A device that is made anew counts from nothing.
      const grown = (key: 'received' | 'sent') => Math.max(0, bytes[key] - (device as typeof bytes)[key]);
      carried = { received: carried.received + grown('received'), sent: carried.sent + grown('sent') };
      device = bytes;
    }
    return {
      cpuPercent,
      memoryBytes: totalmem() - freemem(),
      networkReceived: carried?.received,
      networkSent: carried?.sent,
    };
  };
}

interface CoreTimes {
  idle: number;
  all: number;
}

function busyPercent(before: CoreTimes, now: CoreTimes): number | undefined {
  const all = now.all - before.all;
  if (!(all > 0)) return undefined;
  return Math.min(100, Math.max(0, 100 * (1 - (now.idle - before.idle) / all)));
}

/** Of all cores since the machine started. Linux is asked directly: there `cpus` costs some milliseconds where cores are many. */
function coreTimes(): CoreTimes {
  const line = platform === 'linux' ? readProcText('/proc/stat')?.split('\n', 1)[0] : undefined;
  if (line === undefined) {
    const times = cpus().map((core) => core.times);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return { idle: sum(times.map((time) => time.idle)), all: sum(times.flatMap((time) => Object.values(time))) };
  }
  // user nice system idle iowait irq softirq steal; what guests take is in user already.
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { idle: idle + iowait, all: user + nice + system + idle + iowait + irq + softirq + steal };
}
