import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { RunPageCalls } from '../../src/contract/panel.ts';
import { becomes, passes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun, setMetric, setSystemMetric } from './support/fake-run.ts';
import { inPage } from './support/in-page.ts';
import { type HostedPage, type PageOptions, useRunPages } from './support/page-host.ts';

type Asked = RunPageCalls['curves']['input'];

const waves = (count: number, size = 1) => Array.from({ length: count }, (_, step) => size * (1 + Math.sin(step / 20)));

describe('the curves of the run page', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run: FakeRun, options: Partial<PageOptions> = {}): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers, saved: { tab: 'curves' }, ...options });
    page = hosted.page;
  }
  const chart = (name: string) => page.locator('.panel-curves ty-chart').filter({ hasText: name });
  const choose = async (name: string, item: string) => {
    await chart(name)
      .getByRole('button', { name: /^What can be done/ })
      .click();
    await chart(name).getByRole('menu').getByText(item).click();
  };
  const asked = (run: FakeRun): Asked[] =>
    run.asked.flatMap((call) => (call.name === 'curves' ? [call.input as Asked] : []));

  it('are drawn in groups, with a table of each for those who cannot see it', async () => {
    const run = fakeRun();
    for (const name of ['loss', 'train/acc', 'val/acc', 'train/lr']) setMetric(run, name, waves(1000));
    await open(run);
    await until('all are drawn', async () => (await page.locator('.panel-curves canvas').count()) === 4);
    const groups = page.locator('details.group > summary');
    await becomes(
      async () => (await groups.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
      ['train 2', 'val 1'],
    );
    await until('the line is there', async () => (await inkOf(chart('loss'))) > 200);
    await choose('loss', 'Show as table');
    const table = chart('loss').getByRole('table');
    await becomes(() => table.locator('caption').textContent(), 'loss, 1,000 points');
    await until('its rows are there', async () => (await table.getByRole('row').count()) > 10);
  });

  it('ask for no more than they can show, and keep every spike', async () => {
    const run = fakeRun();
    setMetric(
      run,
      'loss',
      waves(100_000).map((value, step) => (step === 77_777 ? 900 : value)),
    );
    await open(run);
    await chart('loss').locator('canvas').waitFor();
    await until('they were asked for', () => asked(run).length > 0);
    for (const { buckets } of asked(run)) ok(buckets <= 1000, String(buckets));
    await choose('loss', 'Show as table');
    const table = chart('loss').getByRole('table');
    await passes(
      () => table.innerText(),
      (text) => ok(text.includes('900'), text),
    );
  });

  it('go down to the single points where one zooms in, and back again', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(100_000));
    await open(run);
    await drag(chart('loss'), 0.5, 0.502);
    const last = await until('the steps were asked for', () => asked(run).find(({ from }) => from !== undefined));
    const { from = 0, to = 0 } = last;
    ok(from > 40_000 && to < 60_000 && to - from < 2000, `${from} to ${to}`);
    await drag(chart('loss'), 0.5, 0.502);
    await until('fewer were asked for', () => asked(run).some((input) => (input.to ?? to) - (input.from ?? 0) < 100));
    await hover(chart('loss'), 0.5);
    await until('a single point is read', async () => /^5\d,\d{3}: /.test(await readout(chart('loss'))));
    await chart('loss').locator('.u-over').dblclick();
    await page.getByRole('button', { name: 'Show Everything' }).waitFor({ state: 'detached' });
    await hover(chart('loss'), 0.5);
    await until('a bucket is read', async () => /^[\d,]+–[\d,]+: .* … /.test(await readout(chart('loss'))));
  });

  it('are zoomed and read together', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(500));
    setMetric(run, 'acc', waves(500, 0.3));
    await open(run);
    await drag(chart('loss'), 0.2, 0.6);
    await until('both were asked for', () => asked(run).find(({ from, names }) => from && names?.length === 2));
    await hover(chart('loss'), 0.5);
    await until('both are read', async () => (await readout(chart('acc'))).includes(': '));
    const step = async (name: string) => (await readout(chart(name))).split(': ')[0];
    await until('both are read at one place', async () => (await step('acc')) === (await step('loss')));
    await page.getByRole('button', { name: 'Show Everything' }).click();
    await page.getByRole('button', { name: 'Show Everything' }).waitFor({ state: 'detached' });
  });

  it('can be laid along time, and zoomed there', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(1000));
    await open(run);
    await chart('loss').locator('canvas').waitFor();
    await page.getByRole('combobox', { name: 'Horizontal axis' }).selectOption('time');
    await hover(chart('loss'), 0.5);
    await until('it is read in seconds', async () => /^\d+s(–\d+s)?: /.test(await readout(chart('loss'))));
    await drag(chart('loss'), 0.5, 0.75);
    const { from = 0, to = 0 } = await until('a stretch was asked for', () => asked(run).find((input) => input.from));
    ok(from > 20e6 && from < 28e6 && to > 32e6 && to < 43e6, `${from} to ${to} microseconds`);
  });

  it('grow while the run goes on', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    setMetric(run, 'loss', [3, 2]);
    await open(run);
    await until('the first points are there', async () => (await readout(chart('loss'))) === '2');
    setMetric(run, 'loss', [3, 2, 1.5]);
    await hosted.changed();
    await until('the new point is there', async () => (await readout(chart('loss'))) === '1.5');
    setMetric(run, 'later', [7]);
    await hosted.changed();
    await until('the new metric is there', async () => (await readout(chart('later'))) === '7');
  });

  it('mark whole steps only, for there is nothing between two of them', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    setMetric(run, 'loss', [0, 100, 200, 300, 400, 500, 600, 700]);
    await open(run);
    await until('it is drawn', async () => (await readout(chart('loss'))) === '700');
    await inPage(
      chart('loss'),
      `(window.drawn = [], CanvasRenderingContext2D.prototype.fillText = (text) => void window.drawn.push(text), null)`,
    );
    setMetric(run, 'loss', [0, 100, 200, 300, 400, 500, 600, 700, 800]);
    await hosted.changed();
    const drawn = () => inPage<string[]>(chart('loss'), 'window.drawn');
    await until('it is drawn again', async () => (await drawn()).includes('500'));
    deepStrictEqual(
      (await drawn()).filter((text) => !/^\d+$/.test(text)),
      [],
    );
  });

  it('say what cannot be drawn', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', [1, Number.NaN, Number.POSITIVE_INFINITY, -2]);
    setMetric(run, 'nothing', [Number.NaN]);
    await open(run);
    await chart('loss').getByText('2 values are NaN or infinite').waitFor();
    await chart('nothing').getByText('1 value is NaN or infinite').waitFor();
    await becomes(() => readout(chart('nothing')), 'NaN');
    await page.getByText('Log y').click();
    await chart('loss').getByText('Values of zero and below').waitFor();
  });

  it('are smoothed, the raw ones staying faintly', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(300));
    await open(run);
    await until('it is drawn', async () => (await inkOf(chart('loss'))) > 200);
    const calls = asked(run).length;
    const before = await picture(chart('loss'));
    await page.getByLabel('Smoothing').fill('0.95');
    await until('it looks otherwise', async () => (await picture(chart('loss'))) !== before);
    strictEqual(asked(run).length, calls);
    await until('it is kept', () => JSON.stringify(hosted.saved()).includes('"smoothing":0.95'));
  });

  it('may be five hundred, of which only those in sight are asked for and drawn', async () => {
    const run = fakeRun();
    for (let metric = 0; metric < 500; metric += 1) setMetric(run, `m${metric}`, waves(50));
    await open(run);
    await chart('m0').first().locator('canvas').waitFor();
    const names = new Set(asked(run).flatMap((input) => input.names ?? []));
    ok(names.size < 60, String(names.size));
    await until('the last one is there', async () => {
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      return (await chart('m499').locator('canvas').count()) === 1;
    });
    await until('those out of sight are let go', async () => (await page.locator('.panel-curves canvas').count()) < 60);
    await page.getByRole('textbox', { name: 'Search metrics' }).fill('m123');
    await chart('m123').locator('canvas').waitFor();
    await becomes(() => page.locator('.panel-curves .chart-slot').count(), 1);
  });

  it('may be in hundreds of groups, which take no room in the page while they are far from sight', async () => {
    const run = fakeRun();
    for (let layer = 0; layer < 495; layer += 1) setMetric(run, `layer${layer}/loss`, waves(50));
    await open(run);
    const groups = page.locator('.panel-curves .group');
    await chart('layer0/loss').locator('canvas').waitFor();
    ok((await groups.count()) < 60, String(await groups.count()));
    const heightOf = () => page.evaluate<number>('document.documentElement.scrollHeight');
    const height = await heightOf();
    await until('the last group is there', async () => {
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      return (await chart('layer494/loss').locator('canvas').count()) === 1;
    });
    await until('those out of sight are let go', async () => (await groups.count()) < 60);
    ok(Math.abs((await heightOf()) / height - 1) < 0.05, `${height} was a poor guess of ${await heightOf()}`);
    await page.evaluate('scrollTo(0, 0)');
    await chart('layer0/loss').locator('canvas').waitFor();
  });

  it('keep the focus where they are scrolled out of sight', async () => {
    const run = fakeRun();
    for (let metric = 0; metric < 300; metric += 1) setMetric(run, `m${metric}`, waves(50));
    await open(run);
    const first = page.locator('.panel-curves ty-chart').first();
    await first.locator('canvas').waitFor();
    await first.locator('.plot').focus();
    await until('the last one is there', async () => {
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      return (await chart('m299').locator('canvas').count()) === 1;
    });
    await becomes(() => inPage(page.locator('body'), 'document.activeElement.className'), 'plot');
  });

  it('say why they cannot be had, and try again when told', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(50));
    run.failing.set('curves', new Error('the index is gone'));
    await open(run);
    await chart('loss').getByText('the index is gone').waitFor();
    run.failing.clear();
    await chart('loss').getByRole('button', { name: 'Try Again' }).click();
    await until('it is drawn', async () => (await chart('loss').locator('canvas').count()) === 1);
    await chart('loss').getByRole('alert').waitFor({ state: 'detached' });
  });

  it('can be read with the keyboard', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', [5, 6, 7]);
    await open(run);
    await chart('loss').locator('canvas').waitFor();
    await chart('loss').locator('.plot').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await until('the second point is said', async () => {
      const spoken = await chart('loss').locator('[data-spoken]').textContent();
      return spoken?.replace(/\s+/g, ' ') === 'step 1 6';
    });
  });

  it('can lie along another metric, and on logarithmic axes', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(400));
    setMetric(
      run,
      'epoch',
      Array.from({ length: 400 }, (_, step) => step / 100),
    );
    await open(run);
    await page.getByRole('combobox', { name: 'Horizontal axis' }).selectOption({ label: 'epoch' });
    await until('it was asked for', () => asked(run).some(({ x }) => JSON.stringify(x) === '{"metric":"epoch"}'));
    await hover(chart('loss'), 0.5);
    await until('it is read in epochs', async () => /^(1\.9|2)/.test(await readout(chart('loss'))));
    await page.getByText('Log x').click();
    await chart('loss').getByText('What lies at zero and below').waitFor();
    await hover(chart('loss'), 0.5);
    await until('the middle is the geometric mean', async () => /^0\.[12]/.test(await readout(chart('loss'))));
    await until('it is kept', () => JSON.stringify(hosted.saved()).includes('"x":{"metric":"epoch"},"logX":true'));
  });

  it('are zoomed one by one where they are not synchronised', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(500));
    setMetric(run, 'acc', waves(500, 0.3));
    await open(run);
    await page.getByText('Synchronised').click();
    await drag(chart('loss'), 0.2, 0.6);
    await until('one was asked for', () => asked(run).some(({ from, names }) => from && names?.join() === 'loss'));
    ok(!asked(run).some(({ from, names }) => from && names?.includes('acc')));
    await hover(chart('loss'), 0.5);
    await until('the other is read', async () => (await readout(chart('loss'))).includes(': '));
    ok(!(await readout(chart('acc'))).includes(': '));
  });

  it('are saved as SVG, PNG and CSV from a menu, with the keyboard', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(300));
    await open(run);
    await chart('loss').locator('canvas').waitFor();
    const menu = chart('loss').getByRole('button', { name: /^What can be done/ });
    await menu.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('a file of vectors was saved', () => saved(run, 'svg').length === 1);
    match(saved(run, 'svg')[0] ?? '', /^<svg [\s\S]*<title>loss<\/title>[\s\S]*d="M90 [\s\S]*<\/svg>\s*$/);
    await choose('loss', 'Save as PNG…');
    await until('a picture was saved', () => saved(run, 'png').length === 1);
    const png = Buffer.from(saved(run, 'png')[0] ?? '', 'base64');
    deepStrictEqual([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)], ['PNG', 1800, 1000]);
    await choose('loss', 'Save all points as CSV…');
    await until('the points were asked for', () =>
      run.asked.some(({ name, input }) => name === 'savePoints' && input.name === 'loss' && input.kind === 'logged'),
    );
  });

  it('are there for what was measured of the machine, in its units', async () => {
    const run = fakeRun();
    setSystemMetric(run, 'memory', [1e9, 2e9, 1.5e9]);
    setSystemMetric(run, 'network/sent/total', [10, 5_000_000]);
    await open(run, { saved: { tab: 'system' } });
    const memory = page.locator('.panel-system ty-chart').filter({ hasText: 'Memory of the run' });
    await until('it is drawn', async () => (await readout(memory)) === '1.5 GB');
    await becomes(() => page.locator('.panel-system .chart-slot').count(), 1);
    await page.locator('.totals').getByText('5 MB').waitFor();
  });

  it('look as they did before the window was reloaded', async () => {
    const run = fakeRun();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'loss']) setMetric(run, name, waves(500));
    await open(run);
    await page.getByRole('textbox', { name: 'Search metrics' }).fill('lo');
    await page.getByRole('combobox', { name: 'Horizontal axis' }).selectOption('time');
    await page.getByLabel('Smoothing').fill('0.5');
    await drag(chart('loss'), 0.2, 0.6);
    await page.getByRole('button', { name: 'Show Everything' }).waitFor();
    const kept = hosted.saved();
    await hosted.close();
    run.asked.length = 0;
    await open(run, { saved: kept });
    await page.getByRole('button', { name: 'Show Everything' }).waitFor();
    await chart('loss').locator('canvas').waitFor();
    await becomes(() => page.getByRole('textbox', { name: 'Search metrics' }).inputValue(), 'lo');
    await becomes(() => page.getByRole('combobox', { name: 'Horizontal axis' }).inputValue(), 'time');
    await becomes(() => page.getByLabel('Smoothing').inputValue(), '0.5');
    await until('the zoom was asked for', () => asked(run).some(({ from, x }) => from && x === 'time'));
    await becomes(() => page.locator('.panel-curves .chart-slot').count(), 1);
  });

  it('follow the colours of the window', async () => {
    const run = fakeRun();
    setMetric(run, 'loss', waves(50));
    await open(run, { theme: 'dark' });
    await until('it is drawn', async () => (await inkOf(chart('loss'))) > 50);
    const before = await picture(chart('loss'));
    await hosted.setTheme('light');
    await until('it looks otherwise', async () => (await picture(chart('loss'))) !== before);
  });
});

function saved(run: FakeRun, format: 'png' | 'svg'): string[] {
  return run.asked.flatMap((call) =>
    call.name === 'saveChart' && call.input.format === format ? [call.input.content] : [],
  );
}

async function place(chart: Locator, share: number): Promise<{ x: number; y: number }> {
  await chart.locator('canvas').waitFor();
  const box = await chart.locator('.u-over').boundingBox();
  if (!box) throw new Error('The chart is not on the page.');
  return { x: box.x + box.width * share, y: box.y + box.height / 2 };
}

async function hover(chart: Locator, share: number): Promise<void> {
  const { x, y } = await place(chart, share);
  await chart.page().mouse.move(x - 2, y);
  await chart.page().mouse.move(x, y);
}

/** At least some pixels wide, however close the shares are. */
async function drag(chart: Locator, from: number, to: number): Promise<void> {
  const [start, end] = [await place(chart, from), await place(chart, to)];
  const { mouse } = chart.page();
  await mouse.move(start.x, start.y);
  await mouse.down();
  await mouse.move(Math.max(end.x, start.x + 5), end.y, { steps: 3 });
  await mouse.up();
}

async function readout(chart: Locator): Promise<string> {
  return (await chart.locator('.readout').textContent()) ?? '';
}

function picture(chart: Locator): Promise<string> {
  return inPage(chart.locator('canvas'), 'element.toDataURL()');
}

/** How many pixels of the canvas are more blue than red: those of the line and its band. */
function inkOf(chart: Locator): Promise<number> {
  const count = `((data) => {
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 60 && data[at + 2] > data[at] + 60) ink += 1;
    return ink;
  })(element.getContext('2d').getImageData(0, 0, element.width, element.height).data)`;
  return inPage(chart.locator('canvas'), count);
}
