import { existsSync } from 'node:fs';
import { readProcText } from '../base/process-list.ts';

export interface NetworkBytes {
  received: number;
  sent: number;
}

/**
 * Linux: what the network devices of this machine, or of the container that this process is in, have carried since they are
 * there. Only real devices count where there are any: bridges, bonds and tunnels would count the same bytes again. Undefined
 * where the system does not tell.
 */
export function readNetworkBytes(): NetworkBytes | undefined {
  const text = readProcText('/proc/self/net/dev');
  return text === undefined ? undefined : sumDevices(text, (name) => existsSync(`/sys/class/net/${name}/device`));
}

/** Adds up what /proc/net/dev says. */
export function sumDevices(text: string, isReal: (name: string) => boolean): NetworkBytes | undefined {
  const devices = text
    .split('\n')
    .map((line) => /^\s*(.+?):\s*(.+?)\s*$/.exec(line))
    .filter((match) => match !== null && match[1] !== 'lo')
    .map((match) => {
      const [, name, counts] = match as unknown as [string, string, string];
      const numbers = counts.split(/\s+/).map(Number);
      return { name, received: numbers[0] ?? Number.NaN, sent: numbers[8] ?? Number.NaN };
    })
    .filter((device) => Number.isFinite(device.received + device.sent));
  const real = devices.filter((device) => isReal(device.name));
  const counted = real.length > 0 ? real : devices;
  if (counted.length === 0) return undefined;
  return counted.reduce<NetworkBytes>(
    (sum, device) => ({ received: sum.received + device.received, sent: sum.sent + device.sent }),
    { received: 0, sent: 0 },
  );
}
