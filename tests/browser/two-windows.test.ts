import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/build.mjs';
import { quiet } from '../../scripts/npm.mjs';
import { startVSCode, type VSCode } from '../support/vscode.ts';

const script = [
  'import os, time, trainyard',
  'step = 0',
  'while not os.path.exists("enough"):',
  '    trainyard.log({"loss": 1 / (step + 1)}, step=step)',
  '    step += 1',
  '    time.sleep(0.05)',
];

const runs = 4;
/** Milliseconds for two windows and the runs to share a slow machine. */
const deadline = 120_000;

describe('two windows of one folder', function () {
  this.timeout(240_000);
  let workspace: string;
  let vscode: VSCode;
  let windows: Page[];
  let env: Record<string, string>;

  async function trainyard(...args: string[]): Promise<string> {
    const command = [join(root, 'bin', 'trainyard.js'), ...args];
    const { code, stdout, output } = await quiet(process.execPath, command, {
      cwd: workspace,
      env: { ...process.env, ...env },
    });
    assert.equal(code, 0, output);
    return stdout;
  }

  before(async () => {
    const top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-two-')));
    workspace = top;
    env = { TRAINYARD_HOME: join(top, '.home') };
    writeFileSync(join(top, 'many.py'), `${script.join('\n')}\n`);
    for (let index = 0; index < runs; index++) await trainyard('run', '--detach', '--name', `many ${index}`, 'many.py');
    vscode = await startVSCode({ workspace, extension: { development: root }, env });
    const second = await vscode.page.context().newPage();
    second.setDefaultTimeout(deadline);
    vscode.page.setDefaultTimeout(deadline);
    await second.goto(vscode.page.url());
    windows = [vscode.page, second];
  });
  after(async () => {
    writeFileSync(join(workspace, 'enough'), '');
    await vscode?.stop();
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
  });

  const row = (page: Page, name: RegExp) => page.getByRole('treeitem', { name }).first();

  it('show the same runs, hear of what the other and a terminal do, and complain of nothing', async () => {
    const [first, second] = windows as [Page, Page];
    for (const page of windows) {
      await page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
      for (let index = 0; index < runs; index++) await row(page, new RegExp(`many ${index}.*running.*loss`)).waitFor();
    }
    await first.bringToFront();
    await row(first, /many 0/).click();
    await vscode.webview('ty-chart canvas');
    const [newest] = JSON.parse(await trainyard('runs', '--json')) as { id: string }[];
    await trainyard('name', newest?.id ?? '', 'renamed in a terminal');
    for (const page of windows) await row(page, /renamed in a terminal/).waitFor();
    await second.bringToFront();
    writeFileSync(join(workspace, 'enough'), '');
    for (const page of windows) {
      await row(page, /renamed in a terminal.*finished/).waitFor();
      for (let index = 0; index < runs - 1; index++) await row(page, new RegExp(`many ${index}.*finished`)).waitFor();
      assert.equal(
        await page.locator('.notifications-toasts .codicon-error, .notifications-toasts .codicon-warning').count(),
        0,
      );
    }
    assert.doesNotMatch(vscode.log(), /SQLITE_BUSY|database is locked|store-busy|backend ended/);
  });
});
