import { relative, resolve, sep } from 'node:path';
import { isoTime, type Micros } from '../base/time.ts';
import type { Anomaly } from '../contract/anomaly.ts';
import { anomalyText } from '../contract/anomaly-text.ts';
import type { RunDetails, UsedFile } from '../contract/run.ts';
import { peakOfGpus } from '../contract/system-metrics.ts';
import { warningText } from '../contract/warning-text.ts';

/** A run as `show --json` prints it: docs/cli.md promises these keys. */
export function runDocument(run: RunDetails) {
  return {
    id: run.id,
    name: run.name,
    experiment: run.experiment,
    group: run.group,
    parent: run.parent,
    rerunOf: run.rerunOf,
    attempt: run.attempt,
    status: run.status,
    position: run.position,
    created: isoTime(run.created),
    started: time(run.started),
    ended: time(run.ended),
    durationMs: durationMs(run),
    exitCode: run.exitCode,
    signal: run.signal,
    pid: run.pid,
    supervisorPid: run.supervisorPid,
    command: run.command,
    cwd: resolve(storeRoot(run), run.cwd),
    interpreter: run.interpreter,
    params: run.params,
    tags: run.tags,
    note: run.note,
    starred: run.starred,
    archived: run.archived,
    metrics: Object.fromEntries(
      Object.entries(run.metrics).map(([name, { last, lastStep, min, max, best, count }]) => [
        name,
        { last, lastStep, min, max, best, count },
      ]),
    ),
    system: system(run),
    git: git(run),
    packages: run.packages,
    python: run.python,
    os: run.os,
    cpu: run.cpu,
    gpu: run.gpus,
    environment: environment(run),
    seeds: run.seeds,
    inputs: run.inputs.map(fileDocument),
    outputs: run.outputs.map(fileDocument),
    datasets: run.datasets.map(({ time: _, ...dataset }) => dataset),
    artifacts: run.artifacts.map(({ name, kind, path, sha256, bytes }) => ({ name, kind, path, sha256, bytes })),
    media: run.media.map(({ kind, tag, count, firstStep, lastStep }) => ({ kind, tag, count, firstStep, lastStep })),
    failure: failure(run),
    warnings: run.warnings.map(warningText),
    anomalies: run.anomalyList.map(anomalyDocument),
    directory: run.directory,
  };
}

function fileDocument({ time: opened, modified, ...file }: UsedFile) {
  return { ...file, modified: time(modified), opened: isoTime(opened) };
}

/** An anomaly with its sentence, as `show --json` and `anomalies --json` print it. */
export function anomalyDocument(anomaly: Anomaly) {
  return { ...anomaly, time: isoTime(anomaly.time), message: anomalyText(anomaly) };
}

/** Whole milliseconds from start to end, or until now while it runs. */
export function durationMs(run: { started: Micros | null; ended: Micros | null; status: string }): number | null {
  if (run.started === null) return null;
  if (run.ended !== null) return Math.max(0, Math.round((run.ended - run.started) / 1000));
  return run.status === 'running' ? Math.max(0, Date.now() - Math.round(run.started / 1000)) : null;
}

/** What its processes used, and what the machine's network and GPUs did meanwhile. */
function system({ cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes, systemMetrics }: RunDetails) {
  return {
    cpuSeconds,
    peakMemoryBytes,
    diskReadBytes,
    diskWrittenBytes,
    networkReceivedBytes: systemMetrics['network/received/total']?.last ?? null,
    networkSentBytes: systemMetrics['network/sent/total']?.last ?? null,
    gpuPeakUtilization: peakOfGpus(systemMetrics, 'utilization'),
    gpuPeakMemoryBytes: peakOfGpus(systemMetrics, 'memory'),
  };
}

/** What the run ran in, as far as its supervisor saw. */
function environment({ machine, installation }: RunDetails) {
  if (!machine && !installation) return null;
  return {
    distribution: machine?.distribution ?? null,
    architecture: machine?.architecture ?? null,
    libc: machine?.libc ?? null,
    gpuDriver: machine?.gpuDriver ?? null,
    cuda: machine?.cuda ?? null,
    container: machine?.surroundings ?? [],
    variables: machine?.variables ?? {},
    otherVariables: machine?.otherVariables ?? [],
    python: installation && {
      version: installation.python,
      implementation: installation.implementation,
      executable: installation.executable,
      kind: installation.environment,
      prefix: installation.prefix,
    },
    lock: installation && { path: installation.lock, sha256: installation.sha256, packages: installation.packages },
    local: installation?.locals ?? [],
  };
}

function time(value: Micros | null): string | null {
  return value === null ? null : isoTime(value);
}

function git({ code, directory }: RunDetails) {
  if (code?.kind !== 'git') return null;
  const patch = code.patch === null ? null : relative(directory, code.patch).split(sep).join('/');
  return { commit: code.commit, branch: code.branch, dirty: code.dirty, patch };
}

function failure(run: RunDetails) {
  if (!run.failure) return null;
  const { type, message, file, line, locals = [] } = run.failure;
  const absolute = (path: string) => resolve(storeRoot(run), path);
  return {
    type,
    message,
    file: file === null ? null : absolute(file),
    line,
    locals: locals.map((frame) => ({ ...frame, file: absolute(frame.file) })),
  };
}

/** What the stored paths of a run are relative to. */
export function storeRoot({ directory }: RunDetails): string {
  return resolve(directory, '../../..');
}
