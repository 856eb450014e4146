import { Fault } from '../base/fault.ts';
import { shortNumber } from '../base/short-number.ts';
import type {
  Cause,
  FileComparison,
  MetricComparison,
  ReproduceProgress,
  Reproduction,
} from '../contract/reproduction.ts';
import type { RunDetails } from '../contract/run.ts';
import { followEnd, type Launched, reproduce, runDetails } from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { followOutput } from './follow-output.ts';
import { harmless } from './harmless.ts';
import { interrupted } from './interrupted.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { openToWrite } from './stores.ts';
import { paint, print, printJson } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  nothingMore('reproduce', others);
  const abort = new AbortController();
  const cancel = () => abort.abort();
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  const store = await openToWrite(invocation);
  try {
    const was = runDetails(store, runId(store, reference));
    const found = await reproduce(store, was, {
      origin: 'cli',
      build: !switched(invocation, 'no-install'),
      signal: abort.signal,
      progress: tell,
      attend: (started) => attend(started, abort.signal),
    });
    if (invocation.json) printJson(found);
    else print(report(was, found).join('\n'));
    return found.same ? 0 : 1;
  } catch (error) {
    if (abort.signal.aborted && (!(error instanceof Fault) || error.code === 'cancelled')) return interrupted;
    throw error;
  } finally {
    store.close();
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

/** Shows on standard error what it prints. */
async function attend({ directory }: Launched, signal: AbortSignal): Promise<boolean> {
  const sinks = { stdout: process.stderr, stderr: process.stderr };
  return (await followOutput(directory, sinks, followEnd(directory), signal)) !== undefined;
}

const stages: Record<ReproduceProgress['stage'], string> = {
  code: 'Putting the code back…',
  data: 'Looking at the data…',
  environment: 'Looking at the environment…',
  run: 'Running it again…',
  comparison: 'Comparing…',
};

function tell({ stage, detail }: ReproduceProgress): void {
  const text = detail === undefined ? stages[stage] : `  ${harmless(detail)}`;
  process.stderr.write(`${paint(text, 'dim', process.stderr)}\n`);
}

function report(was: RunDetails, found: Reproduction): string[] {
  const { same, cause, causes, status, exitCode, metrics, outputs, python, restored, filesAsTheyAre } = found;
  const verdict = same ? paint('✓ reproduced', 'green') : paint('✗ differs', 'red');
  const others = causes.filter((one) => one !== cause);
  return [
    `${verdict}  ${harmless(was.name)} ${paint(`${found.run} → ${found.reproduced}`, 'dim')}`,
    ...(cause ? [`  ${paint('first cause', 'bold')} ${causeText(cause)}`] : []),
    ...(!same && !cause ? ['  nothing that is recorded differs, so the script itself may not do the same twice'] : []),
    ...(status.was === status.is && exitCode.was === exitCode.is
      ? []
      : [`  status ${end(status.was, exitCode.was)} → ${end(status.is, exitCode.is)}`]),
    ...metrics.map(metricText),
    ...outputs.map(outputText),
    ...pythonText(python),
    ...restored.map((path) => `  ${harmless(path)} ${paint('has changed since; a kept copy was taken', 'dim')}`),
    ...(filesAsTheyAre > 0
      ? [paint(`  ${filesAsTheyAre} files that the record does not hold were taken as they are now`, 'dim')]
      : []),
    ...(others.length > 0 ? [`  ${same ? 'differs, but makes no difference' : 'differs, too'}`] : []),
    ...others.slice(0, mostCauses).map((one) => `    ${causeText(one)}`),
    ...(others.length > mostCauses ? [`    and ${others.length - mostCauses} more, with --json`] : []),
  ];
}

const mostCauses = 12;

function causeText({ kind, name, was, is }: Cause): string {
  if (kind === 'seed' && name === 'none') return 'seed: none was set';
  if (kind === 'code' && is === null) return `code: ${harmless(name)} is not in the record (${harmless(String(was))})`;
  const short = (value: unknown) => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text;
  };
  const [before, after] = [was, is].map((value) => (value === null ? 'nothing' : harmless(short(value))));
  return `${kind}: ${harmless(name)} ${before} → ${after}`;
}

function metricText({ name, verdict, first, points, noise }: MetricComparison): string {
  const label = `  ${harmless(name)}`;
  if (verdict === 'identical') return `${label} ${paint(`same, ${points.is} points`, 'green')}`;
  const where = first
    ? `at step ${first.step}: ${shortNumber(first.was)} → ${shortNumber(first.is)}`
    : `${points.was} → ${points.is} points`;
  const words = {
    time: ' (a time; does not count)',
    tolerance: ' (within one in a million)',
    noise: ` (within the noise of seeds, ±${shortNumber(noise?.deviation ?? 0)} over ${noise?.runs ?? 0} runs)`,
    differs: '',
  };
  return `${label} ${paint(where, verdict === 'differs' ? 'red' : 'dim')}${words[verdict]}`;
}

function outputText({ path, verdict }: FileComparison): string {
  const words: Record<FileComparison['verdict'], string> = {
    identical: paint('same bytes', 'green'),
    bytes: paint('other bytes, in a format that may hold times or paths; does not count', 'dim'),
    differs: paint('other bytes', 'red'),
    missing: paint('was not written again', 'red'),
    new: paint('was not written before', 'dim'),
    unknown: paint('cannot be compared: no hash', 'dim'),
  };
  return `  ${harmless(path)} ${words[verdict]}`;
}

function pythonText({ how, path, problem }: Reproduction['python']): string[] {
  if (how === 'rebuilt') return [`  ${paint(`environment made from the lock: ${harmless(path ?? '')}`, 'dim')}`];
  if (problem === null) return [];
  return [`  no environment could be made from the lock, so the present one was taken: ${harmless(problem)}`];
}

function end(status: string, exitCode: number | null): string {
  return exitCode === null ? status : `${status} (${exitCode})`;
}
