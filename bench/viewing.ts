import { amount, type Measure, median, type Row } from './measure.ts';

/** What a person waits for in a real window. */
export const viewing: Measure = {
  name: 'pages',
  about: 'the Experiments view and the run page of a real window',
  async run(bench) {
    const { measureTree } = await import('./pages/tree.ts');
    const { runs, firstPaint, keystroke, floorPaint, floorKeystroke } = await measureTree({
      runs: amount(bench, 10_000, 50),
    });
    const goal = { most: 100 };
    const { measureRunPage, pageShapes } = await import('./pages/run-page.ts');
    const pages: Row[] = [];
    for (const shape of pageShapes) {
      const points = amount(bench, shape.points, 10);
      const times = await measureRunPage({ ...shape, points });
      const what = `run page of ${shape.metrics} metrics × ${points} points`;
      const boot = (ms: number) => ({ note: `${Math.round(ms)} ms of it for the empty page` });
      const curve = { unit: 'ms', goal: { most: 500 } } as const;
      const fluid = { unit: 'ms', goal: { most: 50 } } as const;
      pages.push(
        { what: `${what}, first curve`, ours: times.firstCurve, ...curve, ...boot(times.webviewBoot) },
        { what: `${what}, the same in a new window`, ours: times.coldCurve, ...curve, ...boot(times.coldBoot) },
        { what: `${what}, longest frame`, ours: times.worstFrame, ...fluid },
        { what: `${what}, longest task`, ours: times.longTask, ...fluid },
      );
    }
    return [
      {
        what: `tree of ${runs} runs, first paint`,
        unit: 'ms',
        ours: median(firstPaint),
        goal,
        note: beside(floorPaint),
      },
      {
        what: `tree of ${runs} runs, a keystroke in the filter`,
        unit: 'ms',
        ours: median(keystroke),
        goal,
        note: beside(floorKeystroke),
      },
      ...pages,
    ];
  },
};

/** What two windows feel while many runs log. */
export const watching: Measure = {
  name: 'sixteen',
  about: 'the run page and the tree of real windows while 16 runs log',
  async run(bench) {
    const { measureSixteen } = await import('./pages/sixteen.ts');
    const { runs, page, tree, empty } = await measureSixteen({
      runs: amount(bench, 16, 2),
      seconds: amount(bench, 20, 2),
    });
    const shared = { unit: 'ms', goal: { most: 50 } } as const;
    const note = `an empty page beside the same runs: ${Math.round(empty.frame)} ms`;
    const during = `while ${runs} runs log`;
    return [
      { what: `run page ${during}, longest frame`, ours: page.frame, note, ...shared },
      { what: `run page ${during}, longest task, CPU time`, ours: page.task, ...shared },
      { what: `tree of a second window ${during}, longest frame`, ours: tree.frame, note, ...shared },
      { what: `tree of a second window ${during}, longest task, CPU time`, ours: tree.task, ...shared },
    ];
  },
};

/** What the extension costs a window that starts, on the thread that it shares with all other extensions. */
export const activating: Measure = {
  name: 'activate',
  about: 'activation of the extension in a real window',
  async run(bench) {
    const { measureActivation } = await import('./pages/activation.ts');
    const { thread, whole, bytes } = await measureActivation({ windows: amount(bench, 5) });
    return [
      {
        what: 'activation, on the thread of the extension host',
        unit: 'ms',
        ours: median(thread),
        goal: { most: 30 },
        note: `loading the code included; the background process was ready after ${median(whole).toFixed(0)} ms`,
      },
      { what: 'code of the window, as shipped', unit: 'bytes', ours: bytes, goal: { most: 150_000 } },
    ];
  },
};

/** What VS Code and the machine take by themselves. */
function beside(times: number[]): string {
  return `a tree of an extension that does nothing else: ${Math.round(median(times))} ms`;
}
