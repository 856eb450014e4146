import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say } from '../scripts/bootstrap.mjs';
import { root } from '../scripts/build.mjs';
import { autologging } from './autolog.ts';
import { hookedCalls, hookedLibraries, hooking, launching, windowLaunching } from './launching.ts';
import { killing, logging } from './logging.ts';
import type { Bench, Measure, Row } from './measure.ts';
import { installPeers, type Peers, peerVersions } from './peers.ts';
import { filtering, ingesting, looking } from './reading.ts';
import { machineFacts, table } from './table.ts';
import { activating, viewing, watching } from './viewing.ts';

export const measures: Measure[] = [
  logging,
  killing,
  ingesting,
  looking,
  filtering,
  launching,
  windowLaunching,
  hooking,
  hookedCalls,
  hookedLibraries,
  autologging,
  activating,
  viewing,
  watching,
];

const usage = `Usage: npm run bench -- [MEASURE…] [--scale SHARE] [--out FILE]

${measures.map(({ name, about }) => `${name.padEnd(16)}${about}`).join('\n')}

All of them take some twenty minutes of a quiet machine, and write docs/bench.md; one or several are only printed.
--scale 0.01 shrinks every amount, to see that the bench works.
--out FILE   writes there instead`;

/** Measures, prints, and writes the table. Answers the exit code: 1 where something could not be measured. */
export async function benchCommand(args: string[]): Promise<number> {
  const options = { scale: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const scale = Number(values.scale ?? 1);
  const unknown = positionals.find((name) => !measures.some((measure) => measure.name === name));
  if (values.help || unknown !== undefined || !(scale > 0 && scale <= 1)) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const wanted = measures.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  let peers: Promise<Peers> | undefined;
  const askPeers = () => {
    peers ??= installPeers(say);
    return peers;
  };
  const { rows, failed } = await measureAll(wanted, askPeers, scale);
  const page = report(rows, failed, await peers);
  console.log(`\n${page}`);
  const file = values.out ?? (positionals.length === 0 && scale === 1 ? join(root, 'docs', 'bench.md') : undefined);
  if (file) writeFileSync(file, page);
  return failed.length > 0 ? 1 : 0;
}

/** Each measure in a folder of its own. One that fails is said, and costs no other. */
export async function measureAll(wanted: Measure[], peers: Bench['peers'], scale: number) {
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const measure of wanted) {
    say(`Measuring ${measure.about}`);
    const scratch = mkdtempSync(join(tmpdir(), `trainyard-bench-${measure.name}-`));
    try {
      rows.push(...(await measure.run({ scratch, peers, scale })));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      failed.push(`${measure.name}: ${problem.trim().split('\n')[0]}`);
      console.error(error);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  return { rows, failed };
}

function report(rows: Row[], failed: string[], peers: Peers | undefined): string {
  const versions =
    peers && peers.installed.length > 0 ? ` Measured beside ${peerVersions(peers.installed).join(', ')}.` : '';
  const missing = peers?.missing.map(({ name, problem }) => `${name} (${problem})`) ?? [];
  const parts = [
    '# Speed and size',
    `\`npm run bench\` wrote this page. Medians, in one run on one machine: ${machineFacts()}.${versions}`,
    'Every figure depends on the machine and on what else it does; the ratios depend on it less.',
    table(rows),
    ...(missing.length > 0 ? [`Could not be installed: ${missing.join('; ')}.`] : []),
    ...(failed.length > 0 ? [`Could not be measured: ${failed.join('; ')}.`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}
