import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { causeText } from '../src/base/fault.ts';
import { playground } from '../tests/support/cli.ts';
import { floodRun } from '../tests/support/flooded-run.ts';
import { floods as floodsOf } from '../tests/support/hostile-scale.ts';
import { killMatrix, type Row, tableOf } from '../tests/support/kills/matrix.ts';
import { endLeftovers, testsVariable } from '../tests/support/leftovers.ts';
import { manyAtOnce, wrongAfter } from '../tests/support/many-at-once.ts';
import { checkMutatedOps } from '../tests/support/mutated-ops.ts';
import { checkMutatedRuns } from '../tests/support/mutated-runs.ts';
import { queueStorm, wrongWith } from '../tests/support/queue-storm.ts';
import { makeStore, removeStore } from '../tests/support/run-folders.ts';
import { yard } from '../tests/support/yard.ts';
import { say } from './bootstrap.mjs';
import { build } from './build.mjs';

interface SoakOptions {
  seed: number;
  /** Share of the whole amount, above 0 and at most 1. */
  scale: number;
}

/** What takes too long for every `npm test`. */
interface Soak {
  name: string;
  about: string;
  /** Prints what it found; answers whether all of it is as it must be. */
  run(options: SoakOptions): Promise<boolean>;
}

const soaks: Soak[] = [
  { name: 'kills', about: '500 times: script, supervisor, backend and window, killed at random moments', run: kills },
  { name: 'damage', about: '10,000 journals and event files, and 10,000 ops files, damaged at random', run: damage },
  { name: 'queue', about: '100 queued runs, while those that start and look after them are killed', run: queue },
  { name: 'floods', about: 'a million metrics, and 100,000 of all else that a run may say', run: floods },
  { name: 'at-once', about: '16 runs that log, two windows and a terminal that reads 200 times', run: atOnce },
];

const usage = `Usage: npm run soak -- [NAME…] [--scale SHARE] [--seed NUMBER]

${soaks.map(({ name, about }) => `${name.padEnd(9)}${about}`).join('\n')}

Everything unless named. --scale 0.1 does a tenth of it, --seed repeats what was drawn by lot.`;

/** Answers the exit code: 1 where anything differs from what it must be. */
export async function soakCommand(args: string[]): Promise<number> {
  const options = { scale: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const scale = Number(values.scale ?? 1);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
  const unknown = positionals.find((name) => !soaks.some((soak) => soak.name === name));
  if (values.help || unknown !== undefined || !(scale > 0 && scale <= 1) || !Number.isSafeInteger(seed)) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const mark = `soak-${process.pid}`;
  process.env[testsVariable] = mark;
  try {
    say('Building');
    await build({ only: ['supervisor', 'starter', 'cli'] });
    let isSound = true;
    for (const { name, run } of soaks.filter((soak) => positionals.length === 0 || positionals.includes(soak.name))) {
      say(`${name}, seed ${seed}`);
      isSound = (await run({ seed, scale })) && isSound;
    }
    return isSound ? 0 : 1;
  } finally {
    delete process.env[testsVariable];
    endLeftovers(mark);
  }
}

async function kills({ seed, scale }: SoakOptions): Promise<boolean> {
  const here = playground();
  try {
    const rows: Row[] = [];
    const trials = Math.ceil(500 * scale);
    // A store of its own for each part, so that a failure is found before the end.
    for (let from = 0; from < trials; from += 50) {
      const part = await killMatrix(here, { seed, from, trials: Math.min(50, trials - from), atOnce: 4 });
      rows.push(...part);
      for (const row of part) for (const problem of row.problems) console.log(`✗ ${sentence(row)}: ${problem}`);
      say(`${rows.length} of ${trials}`);
    }
    console.log(`\n${tableOf(rows)}\n`);
    return rows.every((row) => row.problems.length === 0);
  } finally {
    await here.remove();
  }
}

const filesAtOnce = 250;

async function damage({ seed, scale }: SoakOptions): Promise<boolean> {
  const files = Math.ceil(10_000 * scale);
  const sum = { runs: 0, found: 0, warnings: 0, slowest: 0, ops: 0 };
  let isSound = true;
  for (let from = 0; from < files; from += filesAtOnce) {
    const count = Math.min(filesAtOnce, files - from);
    const place = makeStore();
    try {
      const tally = await checkMutatedRuns(join(place.store, 'runs-alone'), seed + from, count);
      sum.ops += await checkMutatedOps(join(place.store, 'ops-alone'), seed + from, count);
      sum.runs += tally.runs;
      sum.found += tally.found;
      sum.warnings += tally.warnings;
      sum.slowest = Math.max(sum.slowest, tally.slowestMilliseconds);
      say(`${from + count} of ${files}`);
    } catch (error) {
      isSound = false;
      console.log(`✗ ${causeText(error)}`);
    } finally {
      removeStore(place);
    }
  }
  console.log(`
| damaged runs | records that came through, all found | warnings | slowest look | records of ops, all found |
| --- | --- | --- | --- | --- |
| ${sum.runs} | ${sum.found} | ${sum.warnings} | ${Math.round(sum.slowest)} ms | ${sum.ops} |
`);
  return isSound;
}

function sentence({ trial, victims, killed, plan }: Row): string {
  return `${trial}: ${victims.join(' + ')} to be killed, ${killed.join(' + ') || 'nobody'} killed, script planned to end by ${plan}`;
}

async function atOnce({ scale }: SoakOptions): Promise<boolean> {
  const here = playground();
  try {
    const report = await manyAtOnce(here, { runs: 16, reads: Math.ceil(200 * scale) });
    const problems = [...report.complaints, ...(await wrongAfter(here, report))];
    for (const problem of problems) console.log(`✗ ${problem}`);
    const { looks, reads, changes } = report.counts;
    const longest = Math.max(...report.answers);
    say(
      `${looks} looks of windows, the longest answer after ${Math.round(longest)} ms; ${reads} reads, ${changes} changes`,
    );
    await Promise.all(report.backends.map((backend) => backend.stop()));
    return problems.length === 0;
  } finally {
    await here.remove();
  }
}

async function floods({ scale }: SoakOptions): Promise<boolean> {
  let isSound = true;
  const rows: string[] = [];
  for (const what of Object.keys(floodsOf) as (keyof typeof floodsOf)[]) {
    const count = Math.ceil((what === 'metrics' ? 1_000_000 : 100_000) * scale);
    const { ingested, heldUp, shown, memory, found } = await floodRun(what, count);
    const wanted = Math.min(count, what === 'datasets' ? 1_000 : what === 'seeds' ? 500 : count);
    if (found !== wanted) console.log(`✗ ${found} of ${wanted} ${what} are there`);
    isSound &&= found === wanted;
    const seconds = [ingested, heldUp, shown].map((time) => `${(time / 1000).toFixed(1)} s`);
    rows.push(`| ${[what, count, ...seconds, `${Math.round(memory / 1e6)} MB`].join(' | ')} |`);
    say(`${what} done`);
  }
  console.log(`
| a run says | times | read in | others held up at most | shown in | memory |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`);
  return isSound;
}

async function queue({ seed, scale }: SoakOptions): Promise<boolean> {
  const here = yard();
  try {
    const storm = { runs: Math.ceil(100 * scale), adders: 4, jobs: 3, kills: Math.ceil(80 * scale), seed };
    const weather = await queueStorm(here.folder, storm);
    const problems = await wrongWith(here.folder, storm, weather);
    for (const problem of problems) console.log(`✗ ${problem}`);
    const { begun, most, killed } = weather;
    say(
      `${begun.length} runs, ${most} at once; ${killed.supervisors} supervisors and ${killed.starters} starters killed`,
    );
    return problems.length === 0;
  } finally {
    here.remove();
  }
}
