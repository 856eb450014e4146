import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { startVSCode } from '../../tests/support/vscode.ts';

export interface SixteenTimes {
  runs: number;
  /** Of the run page and of the window with the tree: milliseconds between two frames, and of the longest task over 50 ms. */
  page: Longest;
  tree: Longest;
  /** Of an empty page with the same runs beside it: what the machine takes by itself. */
  empty: Longest;
}

interface Longest {
  frame: number;
  /** 0 where none was longer than 50 ms. */
  task: number;
}

/** Logs 20 metrics fifty times a second. */
const training = [
  'import os, time, trainyard',
  'step = 0',
  'while not os.path.exists("enough"):',
  '    trainyard.log({f"metric{index}": step % (index + 7) for index in range(20)}, step=step)',
  '    step += 1',
  '    time.sleep(0.02)',
];

const patience = 120_000;
/** Milliseconds. */
const settling = 2_000;

/** Starts runs that all log, and watches a run page, the tree of another window and an empty page for some seconds each. */
export async function measureSixteen({ runs = 16, seconds = 20 } = {}): Promise<SixteenTimes> {
  await build();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-bench-sixteen-')));
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'many.py'), `${training.join('\n')}\n`);
  const env = { TRAINYARD_HOME: join(home, 'trainyard') };
  const trainyard = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, 'bin', 'trainyard.js'), ...args], {
      cwd: workspace,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
  for (let index = 0; index < runs; index++) trainyard('run', '--detach', 'many.py');
  const vscode = await startVSCode({ workspace, extension: { development: root }, env });
  try {
    const { page } = vscode;
    await showTree(page);
    await page.locator('.pane-body .monaco-list-row[aria-level="2"]').first().click({ timeout: patience });
    const frame = await vscode.webview('ty-chart canvas');
    await frame.getByRole('tab', { name: 'Curves' }).click();
    await frame.locator('.panel-curves canvas').first().waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url(), { timeout: patience });
    await showTree(other);
    await other.locator('.pane-body .monaco-list-row[aria-level="2"]').first().waitFor({ timeout: patience });
    const empty = await page.context().newPage();
    const watch = async (window: Page, place: Page | Frame) => {
      // A page that is behind another draws less often.
      await window.bringToFront();
      await sleep(settling);
      await place.evaluate(watchFrames);
      await sleep(seconds * 1_000);
      return place.evaluate<Longest>('framesSeen()');
    };
    return {
      runs,
      page: await watch(page, frame),
      tree: await watch(other, other),
      empty: await watch(empty, empty),
    };
  } finally {
    writeFileSync(join(workspace, 'enough'), '');
    while (running(trainyard) > 0) await sleep(200);
    await vscode.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function running(trainyard: (...args: string[]) => string): number {
  return (JSON.parse(trainyard('runs', '--filter', 'status = running', '--json')) as unknown[]).length;
}

async function showTree(page: Page): Promise<void> {
  await page.locator('.activitybar [aria-label^="Trainyard"]').first().click({ timeout: patience });
}

const watchFrames = `{
  const seen = { frame: 0, task: 0 };
  let before;
  const look = (now) => {
    if (before !== undefined) seen.frame = Math.max(seen.frame, now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const note = ({ name, duration }) => {
    if (name === 'self') seen.task = Math.max(seen.task, duration);
  };
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: 'longtask' });
  globalThis.framesSeen = () => {
    observer.takeRecords().forEach(note);
    return seen;
  };
}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [runs = 16, seconds = 20] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify(await measureSixteen({ runs, seconds })));
}
