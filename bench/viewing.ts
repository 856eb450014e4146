import { amount, type Measure, median } from './measure.ts';

/** What a person waits for in a real window. */
export const viewing: Measure = {
  name: 'tree',
  about: 'the Experiments view of a real window',
  async run(bench) {
    const { measureTree } = await import('./pages/tree.ts');
    const { runs, firstPaint, keystroke } = await measureTree({ runs: amount(bench, 10_000, 50) });
    const goal = { most: 100 };
    return [
      { what: `tree of ${runs} runs, first paint`, unit: 'ms', ours: median(firstPaint), goal },
      { what: `tree of ${runs} runs, a keystroke in the filter`, unit: 'ms', ours: median(keystroke), goal },
    ];
  },
};
