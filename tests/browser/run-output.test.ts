import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun } from './support/fake-run.ts';
import { inPage } from './support/in-page.ts';
import { type HostedPage, type PageOptions, useRunPages } from './support/page-host.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('');

describe('the output on the run page', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run: FakeRun, options: Partial<PageOptions> = {}): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers, saved: { tab: 'output' }, ...options });
    page = hosted.page;
  }
  const row = (text: string | RegExp) => page.locator('.row', { hasText: text });
  const inSight = async (text: string) => {
    const [frame, line] = [await page.locator('ty-output-lines').boundingBox(), await row(text).first().boundingBox()];
    return !!frame && !!line && line.y >= frame.y - 1 && line.y + line.height <= frame.y + frame.height + 1;
  };

  it('follows its end until one scrolls up, and again when told', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    run.output = [{ stream: 'stdout', text: lines(0, 500) }];
    await open(run);
    await until('the end is in sight', () => inSight('line 499'));
    run.output = [{ stream: 'stdout', text: lines(0, 600) }];
    await hosted.changed();
    await until('the new end is in sight', () => inSight('line 599'));
    await page.locator('ty-output-lines').hover();
    await page.mouse.wheel(0, -2000);
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    const top = () => inPage<number>(page.locator('ty-output-lines'), 'element.scrollTop');
    const before = await top();
    run.output = [{ stream: 'stdout', text: lines(0, 700) }];
    await hosted.changed();
    await page.getByText('6.2 kB').waitFor();
    strictEqual(await top(), before);
    await page.getByRole('button', { name: 'Follow' }).click();
    await until('the newest end is in sight', () => inSight('line 699'));
  });

  it('shows colours, and neither markup nor other escapes', async () => {
    const run = fakeRun();
    const text = 'a \u001b[1;31mred\u001b[0m <img src=x onerror=alert(1)> \u001b]0;title\u0007\u001b[2Jb \u0000\n';
    run.output = [{ stream: 'stdout', text }];
    await open(run);
    await row('red').waitFor();
    await becomes(() => row('red').textContent(), 'a red <img src=x onerror=alert(1)> b ␀');
    strictEqual(await page.locator('.row img').count(), 0);
    const red = page.locator('.row span', { hasText: 'red' });
    strictEqual(await inPage(red, 'getComputedStyle(element).fontWeight'), '700');
    ok(await inPage(red, 'getComputedStyle(element).color !== getComputedStyle(element.parentElement).color'));
  });

  it('opens the file that a traceback names', async () => {
    const run = fakeRun();
    run.output = [{ stream: 'stderr', text: 'Traceback:\n  File "/digits/my train.py", line 7, in <module>\n' }];
    await open(run);
    await page.getByRole('button', { name: 'File "/digits/my train.py", line 7' }).click();
    const call = await until('it was opened', () => run.asked.find(({ name }) => name === 'openFile'));
    deepStrictEqual(call.input, { file: '/digits/my train.py', line: 7 });
  });

  it('tells the streams apart, and shows one of them alone', async () => {
    const run = fakeRun();
    run.output = [
      { stream: 'stdout', text: 'normal\n' },
      { stream: 'stderr', text: 'warning\n' },
    ];
    await open(run);
    await becomes(() => page.locator('.row.stderr').allInnerTexts(), ['warning']);
    await page.getByRole('button', { name: 'Errors' }).click();
    await row('normal').waitFor({ state: 'detached' });
    await row('warning').waitFor();
    await page.getByRole('button', { name: 'Output', exact: true }).click();
    await row('normal').waitFor();
    await becomes(() => page.locator('.row.stderr').count(), 0);
  });

  it('finds a text, counts it, and goes from one to the next', async () => {
    const run = fakeRun();
    run.output = [{ stream: 'stdout', text: `Needle at the start\n${lines(0, 2000)}needle and NEEDLE at the end\n` }];
    await open(run);
    const box = page.getByRole('textbox', { name: 'Search the output' });
    await box.fill('needle');
    await page.getByText('3 of 3').waitFor();
    await becomes(() => page.locator('mark.current').innerText(), 'NEEDLE');
    await box.press('Enter');
    await page.getByText('1 of 3').waitFor();
    await until('the first is in sight', () => inSight('Needle at the start'));
    await box.press('Shift+Enter');
    await page.getByText('3 of 3').waitFor();
    await box.fill('not there');
    await page.getByText('0 of 0').waitFor();
    await until('nothing is marked', async () => (await page.locator('mark').count()) === 0);
  });

  it('stays quick when it is huge, and loads earlier lines when told', async () => {
    const run = fakeRun();
    run.output = [{ stream: 'stdout', text: lines(0, 2_000_000) }];
    await open(run);
    await until('the end is in sight', () => inSight('line 1999999'));
    ok((await page.locator('.row').count()) < 300);
    const tails = () =>
      run.asked.flatMap(({ name, input }) => (name === 'output' && 'tail' in (input ?? {}) ? [input] : []));
    strictEqual(tails().length, 1);
    await page.locator('ty-output-lines').hover();
    await page.mouse.wheel(0, -1_000_000);
    await until('the first loaded line is in sight', async () => {
      await page.mouse.wheel(0, -1_000_000);
      return (await inPage<number>(page.locator('ty-output-lines'), 'element.scrollTop')) === 0;
    });
    const first = await page.locator('.row').nth(1).innerText();
    await page.getByRole('button', { name: 'Load earlier output' }).click();
    await until('earlier lines came', () => tails().length === 2);
    await until('what was in sight stays there', () => inSight(first));
    await page.getByRole('button', { name: 'Load earlier output' }).click();
    await page.getByText('the page shows at most the last 16.8 MB').waitFor();
    await until('few rows are in the page', async () => (await page.locator('.row').count()) < 300);
    strictEqual(await page.getByText('are searched').count(), 0);
    await page.getByRole('textbox', { name: 'Search the output' }).fill('line 1999999');
    await page.getByText('1 of 1 (only the last 16.8 MB are searched)').waitFor();
  });

  it('takes progress bars, endless lines and what is no text', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    run.output = [{ stream: 'stdout', text: ' 10%|#\r 20%|##\r' }];
    await open(run);
    await row('20%').waitFor();
    run.output = [
      { stream: 'stdout', text: ` 10%|#\r 20%|##\r100%|###\n${'x'.repeat(300_000)}\n\ufffd\ufffd\u0007\u202e\n` },
    ];
    await hosted.changed();
    await row('100%').waitFor();
    await becomes(() => row('20%').count(), 0);
    await row('… 280,000 more characters').waitFor();
    await becomes(() => page.locator('.row').last().innerText(), '\ufffd\ufffd␇\ufffd');
  });

  it('says why it cannot be read, and tries again when told', async () => {
    const run = fakeRun();
    run.output = [{ stream: 'stdout', text: 'hello\n' }];
    run.failing.set('output', new Error('permission denied'));
    await open(run);
    await page.getByText('permission denied').waitFor();
    run.failing.clear();
    await page.getByRole('button', { name: 'Try Again' }).click();
    await row('hello').waitFor();
    await page.getByText('permission denied').waitFor({ state: 'detached' });
  });

  it('of a run that nobody supervised says why there is none', async () => {
    await open(fakeRun({ command: [], origin: 'script' }));
    await page.getByText('trainyard run train.py').waitFor();
  });
});
