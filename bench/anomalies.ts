/** How often the detectors are wrong on curves whose seeds nothing was chosen by, and what they cost: node bench/anomalies.ts [SEEDS] [FIRST] */
import { lossKind } from '../src/contract/loss-kind.ts';
import type { Findings } from '../src/tracking/anomalies/finding.ts';
import { newWatch, watchPoints } from '../src/tracking/anomalies/watch.ts';
import { healthyCurves, type LoggedCurve } from '../tests/support/healthy-curves.ts';
import { random } from '../tests/support/random.ts';
import { sickCurves } from '../tests/support/sick-curves.ts';

const seeds = Number(process.argv[2] ?? 1000);
const first = Number(process.argv[3] ?? 1_000_000);

function look({ metric, values, steps }: LoggedCurve): Findings {
  const kind = lossKind(metric);
  const findings: Findings = new Map();
  const points = {
    steps: Float64Array.from(steps ?? values.keys()),
    times: Float64Array.from(values.keys()),
    values: Float64Array.from(values),
  };
  watchPoints(newWatch(kind), kind, points, findings);
  return new Map([...findings].filter(([, { count }]) => count > 0));
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`;
}

let wrong = 0;
let curves = 0;
for (const [name, make] of Object.entries(healthyCurves)) {
  const kinds = new Map<string, number>();
  let bad = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const found = look(make(random(first + seed)));
    for (const kind of found.keys()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (found.size > 0) bad++;
  }
  wrong += bad;
  curves += seeds;
  console.log(
    `healthy  ${name.padEnd(40)} ${percent(bad, seeds).padStart(9)}  ${JSON.stringify(Object.fromEntries(kinds))}`,
  );
}
console.log(`healthy  ${'all'.padEnd(40)} ${percent(wrong, curves).padStart(9)} flagged, of ${curves}`);

let right = 0;
let planted = 0;
for (const [name, make] of Object.entries(sickCurves)) {
  let hit = 0;
  const others = new Map<string, number>();
  for (let seed = 0; seed < seeds; seed++) {
    const curve = make(random(first + seed));
    const found = look(curve);
    const one = found.get(curve.kind);
    if (one && Math.abs(one.step - curve.at) <= curve.within) hit++;
    for (const kind of found.keys())
      if (kind !== curve.kind) others.set(kind, (others.get(kind) ?? 0) + 1);
      else if (Math.abs((one?.step ?? 0) - curve.at) > curve.within)
        others.set('elsewhere', (others.get('elsewhere') ?? 0) + 1);
  }
  right += hit;
  planted += seeds;
  console.log(
    `planted  ${name.padEnd(40)} ${percent(hit, seeds).padStart(9)}  ${JSON.stringify(Object.fromEntries(others))}`,
  );
}
console.log(
  `planted  ${'all'.padEnd(40)} ${percent(right, planted).padStart(9)} found at the right step, of ${planted}`,
);

const length = 1_000_000;
const noisy = random(1);
const values = Float64Array.from({ length }, (_, index) => 2 * Math.exp(-index / 2e5) * Math.exp(0.1 * noisy.normal()));
const steps = Float64Array.from(values.keys());
for (const metric of ['loss', 'grad_norm', 'accuracy']) {
  const kind = lossKind(metric);
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const before = process.cpuUsage();
    const watch = newWatch(kind);
    const findings: Findings = new Map();
    for (let from = 0; from < length; from += 2000) {
      const slice = (column: Float64Array) => column.subarray(from, from + 2000);
      watchPoints(watch, kind, { steps: slice(steps), times: slice(steps), values: slice(values) }, findings);
    }
    times.push(process.cpuUsage(before).user / 1000);
  }
  const median = times.toSorted((a, b) => a - b)[3] ?? Number.NaN;
  console.log(`cost     ${metric.padEnd(40)} ${median.toFixed(1)} ms of CPU time for a million points`);
}
