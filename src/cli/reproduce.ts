import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunDetails } from '../contract/run.ts';
import type { Store } from '../store/index.ts';
import {
  compareReproduction,
  followEnd,
  ingest,
  launch,
  type Reproduction,
  reproduceRequest,
  restoreCode,
  runDetails,
  stopRun,
} from '../tracking/index.ts';
import type { Invocation } from './command.ts';
import { followOutput } from './follow-output.ts';
import { shortNumber } from './format.ts';
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
    const id = await runAgain(store, was, abort.signal);
    if (id === undefined) return interrupted;
    await ingest(store);
    const is = runDetails(store, id);
    const reproduction = compareReproduction(store, was, is);
    if (invocation.json) printJson({ run: was.id, reproduced: id, ...reproduction });
    else print(report(was, is, reproduction).join('\n'));
    return reproduction.same ? 0 : 1;
  } catch (error) {
    if (abort.signal.aborted) return interrupted;
    throw error;
  } finally {
    store.close();
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

/** Runs it again in a folder of its own, showing on standard error what it prints. Undefined where it was interrupted. */
async function runAgain(store: Store, was: RunDetails, signal: AbortSignal): Promise<string | undefined> {
  const top = mkdtempSync(join(tmpdir(), 'trainyard-reproduce-'));
  const folder = join(top, 'code');
  try {
    const request = reproduceRequest(was, folder);
    const { filesAsTheyAre, release } = await restoreCode(was, folder, signal);
    try {
      if (filesAsTheyAre > 0) note(`${filesAsTheyAre} files that its record does not hold were taken as they are now.`);
      const started = await launch(folder, { ...request, store: store.folder, origin: 'cli' }, signal);
      const sinks = { stdout: process.stderr, stderr: process.stderr };
      const end = await followOutput(started.directory, sinks, followEnd(started.directory), signal);
      if (end) return started.run;
      await stopRun(started.directory);
      return undefined;
    } finally {
      await release();
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function note(text: string): void {
  process.stderr.write(`${paint(text, 'dim', process.stderr)}\n`);
}

function report(was: RunDetails, is: RunDetails, { same, metrics, params, environment }: Reproduction): string[] {
  const verdict = same ? paint('✓ reproduced', 'green') : paint('✗ differs', 'red');
  return [
    `${verdict}  ${harmless(was.name)} ${paint(`${was.id} → ${is.id}`, 'dim')}`,
    ...(was.status === is.status && was.exitCode === is.exitCode ? [] : [`  status ${end(was)} → ${end(is)}`]),
    ...metrics.map((metric) => {
      const name = `  ${harmless(metric.name)}`;
      if (metric.same) return `${name} ${paint(`same, ${metric.points.is} points`, 'green')}`;
      const { first, points } = metric;
      const where = first
        ? `at step ${first.step}: ${shortNumber(first.was)} → ${shortNumber(first.is)}`
        : `${points.was} → ${points.is} points`;
      return `${name} ${paint(where, metric.timed ? 'dim' : 'red')}${metric.timed ? ' (a time; does not count)' : ''}`;
    }),
    ...[...params, ...environment].map(
      ({ name, was: before, is: after }) =>
        `  ${harmless(name)} ${harmless(`${JSON.stringify(before)} → ${JSON.stringify(after)}`)}`,
    ),
  ];
}

function end(run: RunDetails): string {
  return run.exitCode === null ? run.status : `${run.status} (${run.exitCode})`;
}
