/** What the name of an event file tells: `events.out.tfevents.<seconds>.<host>[.<pid>.<number>][.suffix]`. */
export interface EventFileName {
  /** Seconds since 1970 when it was made; null where the name does not say. */
  seconds: number | null;
  /** It names another machine than this one, or a container of it. */
  elsewhere: boolean;
  /** The process that writes it; null where the name does not say. */
  pid: number | null;
}

const mark = 'tfevents';

export function isEventFileName(name: string): boolean {
  return name.includes(mark);
}

/** @param host this machine's name */
export function readEventFileName(name: string, host: string): EventFileName {
  const rest = name.slice(name.indexOf(mark) + mark.length);
  const made = /^\.(\d{1,12})(?:\.|$)/.exec(rest);
  if (!made) return { seconds: null, elsewhere: false, pid: null };
  const from = rest.slice(made[0].length);
  const seconds = Number(made[1]);
  if (from !== host && !from.startsWith(`${host}.`)) return { seconds, elsewhere: true, pid: null };
  const pid = /^\.(\d{1,10})\.\d+(?:\.|$)/.exec(from.slice(host.length));
  return { seconds, elsewhere: false, pid: pid ? Number(pid[1]) : null };
}
