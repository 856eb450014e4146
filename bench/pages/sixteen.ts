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
  /** Of the window with the run page and of the one with the tree: milliseconds between two frames, and of the longest task. */
  page: Longest;
  tree: Longest;
  /** Of an empty page with the same runs beside it: what the machine takes by itself. */
  empty: Longest;
}

interface Longest {
  frame: number;
  /** In the processor's time of its thread, so that what else the machine does counts less. */
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
      const browser = window.context().browser();
      await browser?.startTracing(window, { categories: ['toplevel'] });
      await sleep(seconds * 1_000);
      const frame = await place.evaluate<number>('longestFrame()');
      return { frame, task: longestTask((await browser?.stopTracing()) ?? Buffer.from('{}')) };
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
  let longest = 0;
  let before;
  const look = (now) => {
    if (before !== undefined) longest = Math.max(longest, now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  globalThis.longestFrame = () => longest;
}`;

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time. */
  tdur?: number;
  args: { name?: string };
}

/** Milliseconds: of the main threads of all pages in a trace of Chromium's. */
function longestTask(trace: Buffer): number {
  const { traceEvents = [] } = JSON.parse(trace.toString('utf8')) as { traceEvents?: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const names = traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'thread_name');
  const pages = new Set(names.filter(({ args }) => args.name === 'CrRendererMain').map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith('::RunTask') && pages.has(thread(event)));
  if (tasks.length === 0) throw new Error('The trace has no task of a page.');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [runs = 16, seconds = 20] = process.argv.slice(2).map(Number);
  console.log(JSON.stringify(await measureSixteen({ runs, seconds })));
}
