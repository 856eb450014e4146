import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { amount, type Bench, type Measure, type Row } from './measure.ts';
import { runTool } from './peers.ts';

const seconds = 3;

/** What one call of every tool costs, with so many metrics in it. */
export const logging: Measure = {
  name: 'log',
  about: 'a logging call in a Python loop',
  async run(bench) {
    const { python, installed } = await bench.peers();
    const rows: Row[] = [];
    for (const metrics of [1, 5, 20]) {
      const costs = new Map<string, Record<string, number>>();
      for (const tool of ['trainyard', ...installed]) {
        const folder = toolFolder(bench, `log-${metrics}-${tool}`);
        const args = [tool, folder, String(metrics), String(seconds * bench.scale), String(amount(bench, 100_000, 20))];
        const { json } = await runTool(python, 'log_calls.py', args, folder);
        if (json) costs.set(tool, json);
      }
      rows.push(...rowsFor(metrics, costs));
    }
    return rows;
  },
};

function rowsFor(metrics: number, costs: Map<string, Record<string, number>>): Row[] {
  const { trainyard, ...peers } = Object.fromEntries(costs);
  if (!trainyard) throw new Error('The loop with trainyard.log said nothing.');
  const pick = (field: string, share = 1) =>
    Object.fromEntries(Object.entries(peers).map(([name, cost]) => [name, (cost[field] as number) * share]));
  const what = `log(${metrics} metric${metrics > 1 ? 's' : ''})`;
  const rows: Row[] = [
    {
      what,
      unit: 'µs',
      ours: trainyard.call as number,
      ...(metrics === 1 ? { goal: { most: 4 } } : {}),
      peers: pick('call'),
    },
  ];
  rows.push({
    what: `${what}, until all of it is written`,
    unit: 'µs',
    ours: trainyard.whole as number,
    peers: pick('whole'),
    note: 'the loop and what the tool does at its end, for each call: tools that log in the background pay here',
  });
  if (metrics === 1) {
    const perPoint = (cost: Record<string, number>) => (cost.bytes as number) / (cost.calls as number);
    rows.push({
      what: 'on the disk for a point, as logged',
      unit: 'bytes',
      ours: perPoint(trainyard),
      peers: Object.fromEntries(Object.entries(peers).map(([name, cost]) => [name, perPoint(cost)])),
      note: 'all files of the run at its end; see below for ours after the run was settled',
    });
  }
  return rows;
}

/** How many points are gone where the script is killed right after it has logged them. */
export const killing: Measure = {
  name: 'kill',
  about: 'points lost when the script is killed',
  async run(bench) {
    const { python, installed } = await bench.peers();
    const points = amount(bench, 1_000, 10);
    const lost: Record<string, number> = {};
    for (const tool of ['trainyard', ...installed]) {
      const folder = toolFolder(bench, `kill-${tool}`);
      await runTool(python, 'killed.py', [tool, folder, String(points)], folder);
      const { json } = await runTool(python, 'count.py', [tool, folder], folder);
      if (json) lost[tool] = points - (json.count as number);
    }
    const { trainyard, ...peers } = lost;
    if (trainyard === undefined) throw new Error('The journal of the killed script could not be counted.');
    return [{ what: `lost of ${points} points by SIGKILL`, unit: 'points', ours: trainyard, goal: { most: 0 }, peers }];
  },
};

function toolFolder({ scratch }: Bench, name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  return folder;
}
