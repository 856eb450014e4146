/** One GPU as `nvidia-smi` tells of it. Null where it does not. */
export interface GpuReading {
  index: number;
  uuid: string;
  name: string;
  /** Percent of the time in which it worked. */
  utilization: number | null;
  memoryBytes: number | null;
  totalBytes: number | null;
  /** Degrees Celsius. */
  temperature: number | null;
  /** Watts. */
  power: number | null;
}

/** The GPU memory that one process holds. */
export interface GpuProcess {
  uuid: string;
  pid: number;
  memoryBytes: number;
}

const format = '--format=csv,noheader,nounits';
const fields = 'index,uuid,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,name';

/** Prints a line for each GPU, every so many milliseconds. */
export const gpuArguments = (pause: number) => [`--query-gpu=${fields}`, format, '-lms', String(pause)];
/** Prints a line for each process that computes on a GPU. */
export const processArguments = (pause: number) => [
  '--query-compute-apps=gpu_uuid,pid,used_memory',
  format,
  '-lms',
  String(pause),
];

/** Reads a line that `gpuArguments` ask for; undefined where it is none, such as a message. */
export function parseGpu(line: string): GpuReading | undefined {
  // The name comes last, because it is the one that may hold a comma.
  const [index, uuid, utilization, used, total, temperature, power, ...name] = line.split(', ');
  if (name.length === 0 || !/^\d+$/.test(index as string)) return undefined;
  return {
    index: Number(index),
    uuid: uuid as string,
    name: name.join(', ').trim(),
    utilization: number(utilization),
    memoryBytes: mebibytes(used),
    totalBytes: mebibytes(total),
    temperature: number(temperature),
    power: number(power),
  };
}

/** Reads a line that `processArguments` ask for. */
export function parseGpuProcess(line: string): GpuProcess | undefined {
  const [uuid, pid, used, ...more] = line.split(', ');
  const memoryBytes = mebibytes(used);
  if (!uuid || !/^\d+$/.test(pid ?? '') || memoryBytes === null || more.length > 0) return undefined;
  return { uuid, pid: Number(pid), memoryBytes };
}

/** What a card or a driver does not tell is `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like. */
function number(text: string | undefined): number | null {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text ?? '');
  return match ? Number(match[1]) : null;
}

function mebibytes(text: string | undefined): number | null {
  const value = number(text);
  return value === null ? null : value * 2 ** 20;
}
