import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Frame } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { until } from '../../tests/support/until.ts';
import { startVSCode } from '../../tests/support/vscode.ts';
import { usualShape, writeStore } from '../run-folders.ts';

export interface PageTimes {
  metrics: number;
  points: number;
  /** Milliseconds from the page's first script to the first curve that is drawn, and from the click. */
  firstCurve: number;
  fromClick: number;
  /** The longest time between two frames, in milliseconds: from the first curve on, and while the curves are scrolled through. */
  worstFrame: number;
}

export const pageShapes = [
  { metrics: 20, points: 1_000_000 },
  { metrics: 500, points: 1_000 },
];

/** Notes when the first curve is there, at the latest when this is asked, and the longest frame since. */
const watch = `{
  const seen = { start: performance.timeOrigin, first: 0, worst: 0 };
  globalThis.seenFrames = seen;
  let before = 0;
  const look = (now) => {
    if (seen.first === 0 && document.querySelector('ty-chart canvas')) seen.first = Date.now();
    else if (seen.first > 0) seen.worst = Math.max(seen.worst, now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

/** Opens the page of a run of this shape in a real VS Code, and scrolls through its curves. */
export async function measureRunPage(shape: { metrics: number; points: number }): Promise<PageTimes> {
  await build();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-bench-')));
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  writeStore(workspace, { ...usualShape, runs: 1, ...shape });
  const vscode = await startVSCode({ workspace, extension: { development: root } });
  try {
    await vscode.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
    const row = vscode.page.locator('.pane-body .monaco-list-row[aria-level="2"]').first();
    await row.waitFor({ timeout: 600_000 });
    const clicked = Date.now();
    await row.click();
    const frame = await vscode.webview('#run-page');
    await frame.evaluate(watch);
    await frame.locator('ty-chart canvas').first().waitFor();
    await frame.getByRole('tab', { name: 'Curves' }).click();
    await until('the curves are there', async () => (await frame.locator('.panel-curves canvas').count()) > 0, 60);
    await scrollThrough(frame);
    const seen = await frame.evaluate<{ start: number; first: number; worst: number }>('globalThis.seenFrames');
    return {
      ...shape,
      firstCurve: seen.first - seen.start,
      fromClick: seen.first - clicked,
      worstFrame: seen.worst,
    };
  } finally {
    await vscode.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A screen further in every twentieth frame, fifteen screens or down to the end. */
function scrollThrough(frame: Frame): Promise<unknown> {
  return frame.evaluate(`new Promise((resolve) => {
    let frames = 0;
    const go = () => {
      frames += 1;
      if (frames % 20 === 0) scrollBy({ top: innerHeight, behavior: 'instant' });
      const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
      if ((end && frames > 60) || frames > 300) resolve(null);
      else requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  })`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [metrics, points] = process.argv.slice(2).map(Number);
  const shapes = metrics && points ? [{ metrics, points }] : pageShapes;
  for (const shape of shapes) console.log(JSON.stringify(await measureRunPage(shape)));
}
