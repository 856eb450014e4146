import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import process, { platform } from 'node:process';
import { systemCode } from '../base/fault.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import type { GpuMetricName, SystemMetricName } from '../contract/system-metrics.ts';
import { type GpuReading, gpuArguments, parseGpu, parseGpuProcess, processArguments } from './nvidia-smi.ts';

type GpuValues = Partial<Record<SystemMetricName, number>>;
export type Gpus = (SupervisorRecord & { kind: 'gpus' })['gpus'];

export interface GpuWatch {
  /**
   * What was read since this was last asked.
   *
   * @param pids the run's processes
   */
  take(pids: Set<number>): GpuValues;
  /** The GPUs that were found so far. */
  found(): Gpus;
  stop(): void;
}

/** How often GPUs are read, in milliseconds; more seldom in a long run, because every reading takes the tool some milliseconds. */
const pause = { first: 2_000, later: 10_000 };
const laterAfter = 600_000;

/**
 * Follows NVIDIA's own tool, where there is one. It goes on printing, so that it need not be started for every reading, and ends
 * by itself when nobody reads it any more.
 */
export function watchGpus(complain: (error: unknown) => void): GpuWatch {
  const readings = new Map<number, GpuReading[]>();
  const latest = new Map<number, GpuReading>();
  const held = new Map<string, { uuid: string; pid: number; bytes: number; time: number }>();
  const seenOfRun = new Set<string>();
  let current = pause.first;
  let tools: ChildProcess[] = [];

  const start = () => {
    tools = [
      follow(
        gpuArguments(current),
        (line) => {
          const reading = parseGpu(line);
          if (!reading) return;
          latest.set(reading.index, reading);
          readings.set(reading.index, [...(readings.get(reading.index) ?? []), reading].slice(-mostKept));
        },
        complain,
      ),
    ];
    if (!seesSamePids()) return;
    const tool = follow(
      processArguments(current),
      (line) => {
        const found = parseGpuProcess(line);
        const time = performance.now();
        if (found) held.set(`${found.uuid} ${found.pid}`, { ...found, bytes: found.memoryBytes, time });
      },
      complain,
    );
    tools.push(tool);
  };
  const stop = () => {
    for (const tool of tools.splice(0)) tool.kill();
  };
  const later = setTimeout(() => {
    const working = tools.some((tool) => tool.pid !== undefined && tool.exitCode === null && tool.signalCode === null);
    stop();
    current = pause.later;
    if (working) start();
  }, laterAfter);
  start();

  /** What the run's processes hold of a GPU; undefined until one of them was seen there. */
  const ofRun = (uuid: string, pids: Set<number>) => {
    const now = performance.now();
    for (const [key, { time }] of held) if (now - time > current * 2.5) held.delete(key);
    const own = [...held.values()].filter((entry) => entry.uuid === uuid && pids.has(entry.pid));
    if (own.length > 0) seenOfRun.add(uuid);
    return seenOfRun.has(uuid) ? own.reduce((sum, { bytes }) => sum + bytes, 0) : undefined;
  };

  return {
    take(pids) {
      const values: GpuValues = {};
      for (const [index, list] of readings) {
        const put = (name: GpuMetricName, value: number | undefined) => {
          if (value !== undefined) values[`gpu${index}/${name}`] = value;
        };
        put('utilization', mean(list.map((reading) => reading.utilization)));
        put('memory', largest(list.map((reading) => reading.memoryBytes)));
        put('memory/run', ofRun((list[0] as GpuReading).uuid, pids));
        put('temperature', mean(list.map((reading) => reading.temperature)));
        put('power', mean(list.map((reading) => reading.power)));
      }
      readings.clear();
      return values;
    },
    found: () =>
      [...latest.values()]
        .sort((a, b) => a.index - b.index)
        .map(({ index, name, totalBytes }) => ({ index, name, memoryBytes: totalBytes })),
    stop() {
      clearTimeout(later);
      stop();
    },
  };
}

/** Readings of a GPU between two samples; more than that would be a tool that prints without a pause. */
const mostKept = 100;
const longestLine = 10_000;

function follow(args: string[], take: (line: string) => void, complain: (error: unknown) => void): ChildProcess {
  const tool = spawn('nvidia-smi', args, {
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  tool.on('error', (error) => {
    // Most machines have no such tool.
    if (systemCode(error) !== 'ENOENT') complain(error);
  });
  let rest = '';
  tool.stdout?.setEncoding('utf8');
  tool.stdout?.on('error', complain);
  tool.stdout?.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = (lines.pop() as string).slice(0, longestLine);
    for (const line of lines) take(line);
  });
  return tool;
}

/** The kernel gives the machine's own pid namespace this fixed number. */
const firstPidNamespace = 0xeffffffc;

/** The driver tells pids of the whole machine, which mean other processes inside a container. */
function seesSamePids(): boolean {
  if (platform !== 'linux') return true;
  return statSync('/proc/self/ns/pid', { throwIfNoEntry: false })?.ino === firstPidNamespace;
}

function mean(values: (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}

function largest(values: (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : undefined;
}
