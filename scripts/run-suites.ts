import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftovers, testsVariable } from '../tests/support/leftovers.ts';
import { readResults } from '../tests/support/results.ts';
import { type Output, type Suite, suites } from './suites.ts';

export interface Outcome {
  suite: string;
  passed: number;
  failures: { title: string; error: string }[];
  skipped: { title: string; reason: string }[];
  seconds: number;
}

/** Runs the named suites, else all of them, and ends with one line over all. Answers the exit code. */
export async function testCommand(names: string[]): Promise<number> {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) {
    console.error(`There is no suite ${unknown}; there are ${suites.map((suite) => suite.name).join(', ')}.`);
    return 2;
  }
  const chosen = names.length > 0 ? suites.filter((suite) => names.includes(suite.name)) : suites;
  const scratch = mkdtempSync(join(tmpdir(), 'trainyard-test-'));
  const tidy = () => {
    for (const { name } of chosen) endLeftovers(join(scratch, name));
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', tidy);
  const outcomes: Outcome[] = [];
  const run = async (suite: Suite, output: Output) => {
    const mark = join(scratch, suite.name);
    const env = { TRAINYARD_HOME: join(mark, 'user'), [testsVariable]: mark };
    outcomes.push(await runSuite(suite, `${mark}.jsonl`, env, output));
    endLeftovers(mark);
  };
  // Where this fails, the suite itself says so.
  for (const suite of chosen) suite.prepare?.().catch(() => undefined);
  try {
    await inTwoRows(chosen, scratch, run);
  } finally {
    process.off('exit', tidy);
    tidy();
  }
  return summarize(suites.flatMap(({ name }) => outcomes.filter(({ suite }) => suite === name)));
}

const terminal: Output = { print: (line) => console.log(line), stream: 'inherit' };

/**
 * The busy suites run one after another beside the others. What they print is kept in files of `folder` and shown when one
 * of the others has ended.
 */
export async function inTwoRows(
  chosen: Suite[],
  folder: string,
  run: (suite: Suite, output: Output) => Promise<void>,
): Promise<void> {
  const waiting = chosen.filter(({ busy }) => !busy);
  if (waiting.length === 0) return inTurn(chosen, (suite) => run(suite, terminal));
  const later = showLater(folder);
  const busy = inTurn(
    chosen.filter((suite) => suite.busy),
    (suite) => later.keep((output) => run(suite, output)),
  );
  await inTurn(waiting, async (suite) => {
    await run(suite, terminal);
    later.show();
  });
  await busy;
  later.show();
}

async function inTurn(chosen: Suite[], run: (suite: Suite) => Promise<void>): Promise<void> {
  for (const suite of chosen) await run(suite);
}

function showLater(folder: string) {
  let ended: string[] = [];
  let count = 0;
  return {
    async keep(act: (output: Output) => Promise<void>): Promise<void> {
      const path = join(folder, `output-${count++}.txt`);
      const stream = openSync(path, 'a');
      await act({ print: (line) => writeSync(stream, `${line}\n`), stream });
      closeSync(stream);
      ended.push(path);
    },
    show() {
      for (const path of ended) console.log(readFileSync(path, 'utf8').trimEnd());
      ended = [];
    },
  };
}

export async function runSuite(
  suite: Suite,
  results: string,
  own: Record<string, string>,
  output: Output = terminal,
): Promise<Outcome> {
  output.print(`\n━━ ${suite.name}`);
  const started = Date.now();
  let problem: string | undefined;
  try {
    await suite.run(results, { ...process.env, ...own }, output);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const lines = readResults(results);
  const failures = lines.filter((line) => line.event === 'fail');
  const skipped = lines.filter((line) => line.event === 'skip');
  const passed = lines.filter((line) => line.event === 'pass').length;
  const ended = lines.some((line) => line.event === 'end');
  if (!ended) problem ??= 'It stopped before its end.';
  else if (failures.length > 0) problem = undefined;
  if (!problem && passed + failures.length === 0) problem = 'It ran no test.';
  const broken = problem ? [{ title: `the suite ${suite.name}`, error: problem }] : [];
  const seconds = (Date.now() - started) / 1000;
  return { suite: suite.name, passed, failures: [...failures, ...broken], skipped, seconds };
}

export function summarize(outcomes: Outcome[]): number {
  console.log('\n━━ all suites');
  for (const { suite, passed, failures, skipped, seconds } of outcomes) {
    const counts = [
      `${passed} passed`,
      `${failures.length} failed`,
      ...(skipped.length ? [`${skipped.length} skipped`] : []),
    ];
    console.log(`${suite.padEnd(8)} ${counts.join(', ')} (${seconds.toFixed(0)} s)`);
  }
  for (const { suite, skipped } of outcomes) {
    for (const { title, reason } of skipped) console.log(`skipped in ${suite}: ${title}: ${reason}`);
  }
  for (const { suite, failures } of outcomes) {
    for (const { title, error } of failures)
      console.log(`failed in ${suite}: ${title}\n${error.replace(/^/gm, '    ')}`);
  }
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const failed = sum(({ failures }) => failures.length);
  const skipped = sum((outcome) => outcome.skipped.length);
  console.log(`${sum(({ passed }) => passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
}
