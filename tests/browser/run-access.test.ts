import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/build.mjs';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { fakeRun } from './support/fake-run.ts';
import { inPage } from './support/in-page.ts';
import { type HostedPage, type PageOptions, useRunPages } from './support/page-host.ts';
import { failedRun, richRun } from './support/rich-run.ts';
import type { ThemeName } from './support/themes.ts';

const axe = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const tabs = [
  'Summary',
  'Curves',
  'Output',
  'System',
  'Parameters',
  'Files',
  'Code',
  'Environment',
  'Artifacts',
  'Media',
  'Note',
];

interface Finding {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

describe('the run page for everybody', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run = richRun(failedRun), options: Partial<PageOptions> = {}): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers, ...options });
    page = hosted.page;
    await page.getByRole('tablist').waitFor();
  }

  async function show(name: string): Promise<void> {
    await page.getByRole('tab', { name }).click();
    await page.getByRole('tab', { name, selected: true }).waitFor();
    await until(`${name} is there`, async () => (await page.locator('.skeleton').count()) === 0);
  }

  /** What axe finds seriously wrong with what is shown now. */
  async function findings(): Promise<string[]> {
    const results = await page.evaluate<Finding[]>('axe.run().then(({ violations }) => violations)');
    return results
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`));
  }

  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'] satisfies ThemeName[]) {
    it(`has no serious fault that axe finds, in the theme ${theme}`, async function () {
      this.timeout(60_000);
      await open(richRun(failedRun), { theme });
      await page.evaluate(axe);
      for (const name of tabs) {
        await show(name);
        deepStrictEqual(await findings(), [], name);
      }
    });
  }

  it('has none either when it runs, fails to load, or is empty', async () => {
    await open(fakeRun({ status: 'running', ended: null }));
    await page.evaluate(axe);
    for (const name of tabs) {
      await show(name);
      deepStrictEqual(await findings(), [], name);
    }
  });

  it('goes from tab to tab by the arrow keys', async () => {
    await open();
    await page.getByRole('tab', { name: 'Summary' }).focus();
    const selected = async () => (await page.getByRole('tab', { selected: true }).innerText()).split('\n')[0];
    for (const [key, name] of [
      ['ArrowRight', 'Curves'],
      ['ArrowRight', 'Output'],
      ['ArrowLeft', 'Curves'],
      ['End', 'Note'],
      ['ArrowRight', 'Summary'],
      ['ArrowLeft', 'Note'],
      ['Home', 'Summary'],
    ] as const) {
      await page.keyboard.press(key);
      await until(`${name} is chosen by ${key}`, async () => (await selected()) === name);
      await becomes(() => page.evaluate<string>('document.activeElement.id'), `tab-${name.toLowerCase()}`);
    }
    strictEqual(await page.locator('[role=tab][tabindex="0"]').count(), 1);
  });

  it('lets every control be reached, seen and pressed without a mouse', async () => {
    const run = richRun(failedRun);
    await open(run);
    await page.getByRole('heading', { name: 'ValueError' }).waitFor();
    const visited: string[] = [];
    for (let press = 0; press < 15; press += 1) {
      await page.keyboard.press('Tab');
      const [name, outline] = await page.evaluate<[string, string]>(`(() => {
        const element = document.activeElement;
        const inner = element.shadowRoot?.querySelector('.base') ?? element;
        const name = element.getAttribute('aria-label') ?? element.innerText.trim();
        return [name, getComputedStyle(inner).outlineStyle];
      })()`);
      ok(outline !== 'none', `${name} shows that it has the focus`);
      visited.push(name);
    }
    for (const name of ['Star', 'Rerun', 'Rename…', 'Delete…', 'Copy the command', 'Go to Line', 'Show Output']) {
      ok(visited.includes(name), `${name} in ${visited.join(', ')}`);
    }
    await page.getByRole('button', { name: 'Go to Line' }).focus();
    await page.keyboard.press('Enter');
    await until('the line was opened', () => run.asked.some(({ name }) => name === 'openFile'));
  });

  it('lets the browser draw its own controls in the kind of colours that the theme has', async () => {
    const kinds = { dark: 'dark', light: 'light', 'hc-dark': 'dark', 'hc-light': 'light' } satisfies Record<
      ThemeName,
      string
    >;
    for (const [theme, kind] of Object.entries(kinds)) {
      await open(richRun(failedRun), { theme: theme as ThemeName, saved: { tab: 'curves' } });
      const scheme = await inPage<string>(page.getByRole('slider'), 'getComputedStyle(element).colorScheme');
      strictEqual(scheme, kind, theme);
    }
  });

  it('fits 300 pixels without scrolling sideways', async () => {
    await open(richRun(failedRun), { width: 300 });
    for (const name of tabs) {
      await show(name);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      ok(width <= 300, `${name} is ${width} pixels wide`);
    }
  });

  it('keeps still where motion is not wanted', async () => {
    await open(fakeRun({ status: 'running', ended: null }), { reducedMotion: true });
    const spinning = page.locator('.icon.spin').first();
    strictEqual(await inPage<string>(spinning, 'getComputedStyle(element).animationName'), 'none');
  });

  it('draws with the colours of the system where they are forced', async () => {
    await open(richRun(), { forcedColors: true });
    await page.getByRole('tab', { name: 'Output' }).click();
    await page.locator('.panel-output .choices').waitFor();
    const [chosen, other] = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.panel-output .choices button')].map((button) => getComputedStyle(button).backgroundColor)`,
    );
    ok(chosen !== other);
  });
});
