import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lossKind } from '../../../../src/contract/loss-kind.ts';
import type { PointColumns } from '../../../../src/store/index.ts';
import type { Findings } from '../../../../src/tracking/anomalies/finding.ts';
import { packWatch, unpackWatch } from '../../../../src/tracking/anomalies/remembered.ts';
import { newWatch, watchPoints } from '../../../../src/tracking/anomalies/watch.ts';
import { healthyCurves, type LoggedCurve } from '../../../support/healthy-curves.ts';
import { random } from '../../../support/random.ts';
import { sickCurves } from '../../../support/sick-curves.ts';
import { failedTrainings, soundTrainings } from '../../../support/trained-curves.ts';

const columns = ({ values, steps }: LoggedCurve): PointColumns => ({
  steps: Float64Array.from(steps ?? values.keys()),
  times: Float64Array.from(values.keys(), (index) => index * 1000),
  values: Float64Array.from(values),
});

/** What was withdrawn is left out. */
const standing = (findings: Findings): Findings => new Map([...findings].filter(([, { count }]) => count > 0));

function look(curve: LoggedCurve): Findings {
  const kind = lossKind(curve.metric);
  const findings: Findings = new Map();
  watchPoints(newWatch(kind), kind, columns(curve), findings);
  return standing(findings);
}

/** As `look`, but with the watch packed and unpacked at every cut. */
function lookInSlices(curve: LoggedCurve, cuts: number[]): Findings {
  const kind = lossKind(curve.metric);
  const points = columns(curve);
  const findings: Findings = new Map();
  let packed = packWatch(newWatch(kind));
  const ends = [...cuts.map((cut) => cut % (curve.values.length + 1)), curve.values.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    const watch = unpackWatch(kind, packed);
    const slice = (column: Float64Array) => column.slice(from, to);
    const part = { steps: slice(points.steps), times: slice(points.times), values: slice(points.values) };
    watchPoints(watch, kind, part, findings);
    packed = packWatch(watch);
    from = to;
  }
  return standing(findings);
}

/** Seeds that nothing was chosen by; bench/anomalies.ts counts over thousands. */
const seeds = Array.from({ length: 40 }, (_, index) => 77_000 + index);

describe('anomalies', () => {
  describe('are not seen in', () => {
    // A hint is told to nobody, and some of these curves are flat indeed; a warning must be rare in any.
    for (const [name, make] of Object.entries(healthyCurves)) {
      it(name, () => {
        const told = seeds.filter((seed) =>
          [...look(make(random(seed))).values()].some((one) => one.severity === 'warning'),
        );
        const hinted = seeds.filter((seed) => look(make(random(seed))).size > 0);
        assert.ok(told.length <= 1, `told for the seeds ${told}`);
        assert.ok(hinted.length <= 2, `hinted for the seeds ${hinted}`);
      });
    }

    for (const [name, train] of Object.entries(soundTrainings)) {
      it(`the training of ${name}`, () => {
        for (const seed of seeds.slice(0, 4)) {
          for (const curve of train(random(seed))) {
            assert.deepEqual([...look(curve).keys()], [], `${curve.metric} of the seed ${seed}`);
          }
        }
      });
    }
  });

  describe('are seen where a loss', () => {
    for (const [name, make] of Object.entries(sickCurves)) {
      it(name, () => {
        const missed = seeds.filter((seed) => {
          const curve = make(random(seed));
          const found = look(curve).get(curve.kind);
          return !found || Math.abs(found.step - curve.at) > curve.within;
        });
        const most = make(random(1)).kind === 'plateau' ? seeds.length / 3 : seeds.length / 8;
        assert.ok(missed.length <= most, `missed for the seeds ${missed}`);
      });
    }

    for (const [name, train] of Object.entries(failedTrainings)) {
      it(`comes from the training of ${name}`, () => {
        for (const seed of seeds.slice(0, 4)) {
          const found = train(random(seed)).flatMap((curve) => [...look(curve).values()]);
          assert.ok(
            found.some(({ severity }) => severity === 'warning'),
            `the seed ${seed}`,
          );
        }
      });
    }
  });

  it('are the same in whichever slices the points come', () => {
    const makers = [...Object.values(healthyCurves), ...Object.values(sickCurves)];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: makers.length - 1 }),
        fc.nat(),
        fc.array(fc.nat({ max: 5000 }), { maxLength: 40 }),
        (maker, seed, cuts) => {
          const curve = (makers[maker] as (typeof makers)[0])(random(seed));
          assert.deepEqual(lookInSlices(curve, cuts), look(curve));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are the same in whichever slices any numbers come', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 5e-324, Number.MAX_VALUE),
      fc.double({ min: 0.1, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 300 }),
        fc.array(fc.integer({ min: -5, max: 400 }), { maxLength: 300 }),
        fc.constantFrom('loss', 'val_loss', 'grad_norm', 'g_loss', 'auc'),
        fc.array(fc.nat({ max: 300 }), { maxLength: 20 }),
        (values, steps, metric, cuts) => {
          const curve = { metric, values, steps: values.map((_, index) => steps[index] ?? index) };
          const whole = look(curve);
          assert.deepEqual(lookInSlices(curve, cuts), whole);
          for (const { details } of whole.values()) assert.ok(Object.values(details).every(Number.isFinite));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of NaN and infinity are counted, and each stretch of them is placed', () => {
    const values = [1, Number.NaN, Number.NaN, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NaN];
    const found = look({ metric: 'loss', values });
    assert.deepEqual(
      [...found.values()].map(({ kind, step, count, steps, severity }) => [kind, step, count, steps, severity]),
      [
        ['nan', 1, 4, [1, 4, 6], 'warning'],
        ['infinity', 5, 1, [5], 'warning'],
      ],
    );
  });

  it('of a metric that is no loss are hints, and not those at its beginning', () => {
    assert.equal(look({ metric: 'auc', values: [Number.NaN, Number.NaN, 0.5, 0.6] }).size, 0);
    assert.equal(look({ metric: 'best_loss', values: [Number.POSITIVE_INFINITY, 0.5] }).size, 0);
    const later = look({ metric: 'auc', values: [Number.NaN, 0.5, Number.NaN] }).get('nan');
    assert.deepEqual([later?.step, later?.severity, later?.count], [2, 'hint', 1]);
  });

  it('of a loss that is NaN from its first value on are seen', () => {
    assert.equal(look({ metric: 'loss', values: [Number.NaN] }).get('nan')?.step, 0);
  });
});
