import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { writeStore } from '../../bench/run-folders.ts';
import { build, root } from '../../scripts/build.mjs';
import { openStore } from '../../src/store/index.ts';
import { ingest } from '../../src/tracking/index.ts';
import { becomes, passes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { startVSCode, type VSCode } from '../support/vscode.ts';

describe('a person with many runs', function () {
  this.timeout(300_000);
  let top: string;
  let vscode: VSCode;

  const rows = (): Locator => vscode.page.locator('.pane-body .customview-tree .monaco-list-row');
  const row = (text: string | RegExp): Locator => rows().filter({ hasText: text }).first();
  const names = async () =>
    (await rows().allTextContents()).map((text) => /[a-z]+-\d+|Show more/.exec(text)?.[0] ?? text);
  const box = (): Locator => vscode.page.locator('.quick-input-widget input[type=text]');
  const found = (): Locator => vscode.page.locator('.quick-input-list .monaco-list-row').first();
  const focus = async () => {
    await vscode.command('Trainyard: Focus on Experiments View');
    await vscode.page.locator('.customview-tree .monaco-list:focus').waitFor();
  };
  const press = (key: string) => vscode.page.keyboard.press(key);

  before(async () => {
    await build();
    top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-many-')));
    const workspace = join(top, 'workspace');
    writeStore(workspace, { runs: 400, points: 3, experiments: 2 });
    const store = openStore(join(workspace, '.trainyard'));
    await ingest(store);
    store.close();
    vscode = await startVSCode({ workspace, extension: { development: root } });
    await vscode.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
    await row(/experiment-1.*200 runs/).waitFor();
  });

  after(async () => {
    await vscode?.stop();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  });

  it('filters with every key, and sees what was typed above the rows', async () => {
    await focus();
    await press('/');
    await box().waitFor();
    await vscode.page.keyboard.type('-39');
    await until('the rows follow', async () => (await names()).join(' ').includes('-399'));
    await found().filter({ hasText: '11 runs' }).waitFor();
    await vscode.page.keyboard.type('7');
    await found().filter({ hasText: '1 run' }).waitFor();
    await passes(names, (left) => assert.match(left.join(' '), /^\S+ \S+-397$/));
    await press('Enter');
    await box().waitFor({ state: 'hidden' });
    await vscode.page.getByText('Filter: -397 · 1 of 400 runs').waitFor();
    await vscode.command('Trainyard: Clear Filter');
    await row(/experiment-1.*200 runs/).waitFor();
  });

  it('is shown where an expression goes wrong, and what could come next', async () => {
    await vscode.command('Trainyard: Filter Runs…');
    await box().fill('params.model = "ridge" and stat = 3');
    await found().filter({ hasText: 'params.model = "ridge" and ▲stat = 3' }).waitFor();
    await found().filter({ hasText: 'character 28' }).waitFor();
    await box().fill('stat');
    const offered = vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'status' });
    await offered.click();
    await becomes(() => box().inputValue(), 'status ');
    await vscode.page.keyboard.type('= failed');
    await until('the rows follow', async () => (await rows().count()) > 5);
    await press('Enter');
    await vscode.page.getByText(/Filter: status = failed · 30 of 400 runs/).waitFor();
    const reloaded = vscode.page.waitForEvent('load');
    await vscode.command('Developer: Reload Window');
    await reloaded;
    await vscode.page.getByText(/Filter: status = failed · 30 of 400 runs/).waitFor();
  });

  it('is told where nothing matches, and clears the filter with one click', async () => {
    await vscode.command('Trainyard: Filter Runs…');
    await box().fill('nothing-like-it');
    await vscode.page.getByText('No run matches the filter.').waitFor();
    await press('Enter');
    // The box and the view's title have buttons of the same name.
    await vscode.page.locator('.welcome-view-content').getByRole('button', { name: 'Clear Filter' }).click();
    await row('experiment-1').waitFor();
  });

  it('shows more rows of a long experiment', async () => {
    await focus();
    await press('Home');
    await press('End');
    // The last row is that of the other, closed experiment; the one above it asks for more.
    await press('ArrowUp');
    await row('Show more (150)').waitFor();
    await press('Enter');
    await row('Show more').waitFor({ state: 'hidden' });
  });

  it('archives what is selected, and takes it back with the keyboard', async () => {
    await focus();
    await press('Home');
    const [, name] = await passes(names, (shown) => assert.match(shown[1] ?? '', /-399$/));
    await row(name ?? '').click({ button: 'right' });
    // The menu takes no click in its first moments, which may belong to the one that opened it.
    await vscode.page.getByRole('menuitem', { name: 'Archive' }).hover();
    await press('Enter');
    await row(name ?? '').waitFor({ state: 'hidden' });
    await vscode.page.getByText(`Archived: “${name}”.`).waitFor();
    await focus();
    await press('Control+z');
    await row(/experiment-1.*200 runs/).waitFor();
    // The focus is still on the row that showed more, at the other end.
    await press('Home');
    await row(name ?? '').waitFor();
  });
});
