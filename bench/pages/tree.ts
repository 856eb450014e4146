import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { openStore } from '../../src/store/index.ts';
import { ingest } from '../../src/tracking/index.ts';
import { startVSCode, type VSCode } from '../../tests/support/vscode.ts';
import { median } from '../measure.ts';
import { writeStore } from '../run-folders.ts';

export interface TreeTimes {
  runs: number;
  /** Milliseconds from the click that shows the view to its first painted rows; the background process is ready. */
  firstPaint: number[];
  /** Milliseconds from a key in the filter to the painted rows that it asks for. */
  keystroke: number[];
  /** The same for the last of several keys that come 120 ms after each other. */
  lastOfMany: number[];
  /** The same of a tree that only counts up, in turn with ours: what VS Code and the machine take by themselves. */
  floorPaint: number[];
  floorKeystroke: number[];
}

const windows = 3;
/** Longer than VS Code gathers changes of a tree for. */
const quiet = 500;
const typing = 120;
const plainTree = join(import.meta.dirname, 'plain-tree');
const ours = { container: 'Trainyard', filter: 'Trainyard: Filter Runs…' };
const plain = { container: 'Plain Tree', filter: 'Plain Tree: Filter' };

/** Looks at the Experiments view of a store in a real window, as a person does. */
export async function measureTree({ runs = 10_000 } = {}): Promise<TreeTimes> {
  const top = mkdtempSync(join(tmpdir(), 'trainyard-bench-tree-'));
  let vscode: VSCode | undefined;
  let floor: VSCode | undefined;
  try {
    await build();
    const workspace = join(top, 'workspace');
    writeStore(workspace, { runs, points: 20, experiments: 8 });
    const store = openStore(join(workspace, '.trainyard'));
    await ingest(store);
    store.close();
    const times: TreeTimes = {
      runs,
      firstPaint: [],
      keystroke: [],
      lastOfMany: [],
      floorPaint: [],
      floorKeystroke: [],
    };
    // Each in a browser of its own: a window that is opened again shows what it showed last before anybody clicks.
    for (let index = 0; index < windows; index++) {
      await vscode?.stop();
      await floor?.stop();
      vscode = await startVSCode({ workspace, extension: { development: root } });
      times.firstPaint.push(await firstPaint(vscode, ours));
      floor = await startVSCode({ workspace: top, extension: { development: plainTree } });
      times.floorPaint.push(await firstPaint(floor, plain));
    }
    if (!vscode || !floor) throw new Error('There was no window.');
    await measureFloorKeys(floor, times);
    await measureKeys(vscode, times);
    await measureFloorKeys(floor, times);
    return times;
  } finally {
    await vscode?.stop();
    await floor?.stop();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function firstPaint({ page, command }: VSCode, { container, filter }: typeof ours): Promise<number> {
  // Ours is offered once the window knows that there are runs.
  await offered(page, filter);
  await command('Explorer: Focus on Folders View');
  await page.locator('.explorer-folders-view').waitFor();
  await page.waitForTimeout(quiet);
  await watch(page, 'click');
  await page.locator(`.activitybar [aria-label^="${container}"]`).first().click();
  return painted(page);
}

async function offered(page: Page, title: string): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  for (let found = false; !found; ) {
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input[type=text]').fill(`>${title}`);
    found = await row.waitFor({ timeout: 2_000 }).then(
      () => true,
      () => false,
    );
    await page.keyboard.press('Escape');
  }
}

/** Every key gives other rows: the counts of the groups tell the filters apart. */
async function measureKeys(vscode: VSCode, times: TreeTimes): Promise<void> {
  const { page } = vscode;
  await vscode.command(ours.filter);
  const key = async (name: string) => times.keystroke.push(await keystroke(page, name));
  for (const name of ['9', '8', '7', 'Backspace', 'Backspace', '6', '5']) await key(name);
  await page.locator('.quick-input-widget input[type=text]').fill('params.model = "ridge" and metrics.loss < 0.3');
  for (const name of ['2', 'Backspace', '9', 'Backspace', '5', '5']) await key(name);
  await page.locator('.quick-input-widget input[type=text]').fill('1');
  for (const word of ['234', '578']) {
    await page.waitForTimeout(quiet);
    for (const name of word) {
      await watch(page, 'keydown');
      await page.keyboard.press(name);
      await page.waitForTimeout(typing);
    }
    times.lastOfMany.push(await painted(page));
    for (const _ of word) await page.keyboard.press('Backspace');
  }
  await page.keyboard.press('Escape');
}

async function measureFloorKeys({ page, command }: VSCode, times: TreeTimes): Promise<void> {
  await command(plain.filter);
  for (const name of '123456') times.floorKeystroke.push(await keystroke(page, name));
  await page.keyboard.press('Escape');
}

async function keystroke(page: Page, name: string): Promise<number> {
  await page.waitForTimeout(quiet);
  await watch(page, 'keydown');
  await page.keyboard.press(name);
  return painted(page);
}

/** From now on, notes when the next event of this kind is, and when rows have been painted that were not there then. */
async function watch(page: Page, event: 'click' | 'keydown'): Promise<void> {
  await page.evaluate(`(() => {
    const rows = () => [...document.querySelectorAll('.pane-body .customview-tree .monaco-list-row')].map((row) => row.textContent).join('\\n');
    const seen = { before: rows(), start: undefined, end: undefined };
    window.treeSeen?.stop();
    window.treeSeen = seen;
    const look = () => {
      if (seen.start === undefined || seen.end !== undefined || rows() === seen.before || rows() === '') return;
      seen.end = 0;
      requestAnimationFrame(() => setTimeout(() => { seen.end = performance.now(); }));
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    const begin = () => { seen.start = performance.now(); };
    document.addEventListener('${event}', begin, { capture: true, once: true });
    seen.stop = () => { observer.disconnect(); document.removeEventListener('${event}', begin, { capture: true }); };
  })()`);
}

async function painted(page: Page): Promise<number> {
  await page.waitForFunction('window.treeSeen.end > 0', undefined, { timeout: 30_000 });
  return page.evaluate('window.treeSeen.end - window.treeSeen.start');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { runs, ...times } = await measureTree();
  console.log(`${runs} runs; load ${loadavg().map((value) => value.toFixed(1))}`);
  for (const [what, values] of Object.entries(times)) {
    const text = values.map((value) => Math.round(value)).join(' ');
    console.log(`${what}: median ${Math.round(median(values))} ms of ${text}`);
  }
}
