import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { openStore } from '../../src/store/index.ts';
import { ingest } from '../../src/tracking/index.ts';
import { startVSCode } from '../../tests/support/vscode.ts';
import { median } from '../measure.ts';
import { usualShape, writeStore } from '../run-folders.ts';
import { clicks, pageWatch, type Seen, scrollThrough } from './watch-run-page.ts';

export interface PageTimes {
  metrics: number;
  points: number;
  /** Milliseconds from the click in the tree to the first painted curve: of the window's first run page, and the median of later ones. */
  coldCurve: number;
  firstCurve: number;
  /** How much of that VS Code took until its webview had read the page's HTML up to the script, as it would for an empty page. */
  coldBoot: number;
  webviewBoot: number;
  /** Milliseconds: the longest time between two frames, and the longest task, from the script's first line on. */
  worstFrame: number;
  longTask: number;
}

export const pageShapes = [
  { metrics: 20, points: 1_000_000 },
  { metrics: 500, points: 1_000 },
];

const openings = 6;
/** No first curve takes longer, in milliseconds. */
const patience = 60_000;

/** Opens the page of a run of this shape several times in a real VS Code, and scrolls through its curves. */
export async function measureRunPage(shape: { metrics: number; points: number }): Promise<PageTimes> {
  await build();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-bench-')));
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  writeStore(workspace, { ...usualShape, runs: 1, ...shape });
  const store = openStore(join(workspace, '.trainyard'));
  await ingest(store);
  store.close();
  const vscode = await startVSCode({ workspace, extension: { development: root } });
  try {
    const { page } = vscode;
    await page.context().addInitScript(pageWatch);
    await page.evaluate(clicks);
    await page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
    const opened: Opened[] = [];
    for (let opening = 0; opening < openings; opening++) {
      if (opening > 0) await vscode.command('View: Close All Editors');
      opened.push(await openPage(page, vscode.webview));
    }
    const [cold, ...warm] = opened as [Opened, ...Opened[]];
    return {
      ...shape,
      coldCurve: cold.firstCurve,
      firstCurve: median(warm.map(({ firstCurve }) => firstCurve)),
      coldBoot: cold.webviewBoot,
      webviewBoot: median(warm.map(({ webviewBoot }) => webviewBoot)),
      worstFrame: median(warm.map(({ worstFrame }) => worstFrame)),
      longTask: median(warm.map(({ longTask }) => longTask)),
    };
  } finally {
    await vscode.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Opened = Pick<PageTimes, 'firstCurve' | 'webviewBoot' | 'worstFrame' | 'longTask'>;

async function openPage(page: Page, webview: (selector: string) => Promise<Frame>): Promise<Opened> {
  const row = page.locator('.pane-body .monaco-list-row[aria-level="2"]').first();
  await row.click({ timeout: patience });
  const frame = await webview('ty-chart canvas');
  await frame.getByRole('tab', { name: 'Curves' }).click();
  await frame.locator('.panel-curves canvas').first().waitFor();
  await frame.evaluate(scrollThrough);
  const clicked = await page.evaluate<number>('runPageClicked');
  const { script, curve, worst, longest } = await frame.evaluate<Seen>('seenRunPage()');
  return { firstCurve: curve - clicked, webviewBoot: script - clicked, worstFrame: worst, longTask: longest };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [metrics, points] = process.argv.slice(2).map(Number);
  const shapes = metrics && points ? [{ metrics, points }] : pageShapes;
  for (const shape of shapes) console.log(JSON.stringify(await measureRunPage(shape)));
}
