import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { startVSCode, type VSCode } from '../support/vscode.ts';

const fixture = join(root, 'tests', 'fixtures', 'workspace');

describe('a person in the window', function () {
  this.timeout(300_000);
  let top: string;
  let vscode: VSCode;

  const treeRow = (text: string | RegExp): Locator =>
    vscode.page.locator('.pane-body .monaco-list-row').filter({ hasText: text }).first();
  const quickRow = (text: string | RegExp): Locator =>
    vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  const showView = () => vscode.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();

  before(async () => {
    await build();
    top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-palette-')));
    const workspace = join(top, 'workspace');
    cpSync(fixture, workspace, { recursive: true });
    const click = '@click.command()\n@click.option("--lr", default=0.1)\ndef main(lr):\n    print(lr)\n\n\nmain()\n';
    writeFileSync(join(workspace, 'clicks.py'), `"""A click command in clicks.py."""\n\nimport click\n\n\n${click}`);
    writeFileSync(join(workspace, 'plain.py'), '"""No arguments in plain.py."""\n\nprint("done")\n');
    vscode = await startVSCode({ workspace, extension: { development: root } });
  });

  after(async () => {
    await vscode?.stop();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is welcomed where nothing has run yet', async () => {
    await showView();
    await vscode.page.getByRole('button', { name: 'Run Training…' }).last().waitFor();
  });

  it('chooses a script and changes an argument', async () => {
    await vscode.command('Trainyard: Run Training…');
    await quickRow('train.py').click();
    await quickRow('Start train.py').waitFor();
    await quickRow('--optimizer').click();
    await vscode.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'sgddefault' }).waitFor();
    await vscode.page.keyboard.press('Escape');
    await quickRow('Start train.py').waitFor();
    await quickRow('--lr').click();
    const box = vscode.page.locator('.quick-input-widget input[type=text]');
    await vscode.page.locator('.quick-input-title', { hasText: '--lr' }).waitFor();
    await box.fill('much');
    await vscode.page.keyboard.press('Enter');
    await vscode.page.getByText('“much” is not a number.').waitFor();
    await box.fill('0.25');
    await vscode.page.keyboard.press('Enter');
    await quickRow('Start train.py --lr 0.25').waitFor();
    await vscode.page.keyboard.press('Enter');
    await treeRow(/val_accuracy 0\.9583/).waitFor();
    const frame = await vscode.webview('h1');
    await frame.getByText('--lr 0.25').first().waitFor();
  });

  it('starts the same again with two keys after the command', async () => {
    const rows = vscode.page.locator('.pane-body .monaco-list-row').filter({ hasText: /val_accuracy 0\.9583/ });
    await becomes(() => rows.count(), 1);
    await vscode.command('Trainyard: Run Training…');
    await quickRow(/train\.py.*--lr 0\.25/).waitFor();
    await vscode.page.keyboard.press('Enter');
    await quickRow('Start train.py --lr 0.25').waitFor();
    await vscode.page.keyboard.press('Enter');
    await rows.nth(1).waitFor();
  });

  it('starts the last training again with two keys, wherever the focus is', async () => {
    const rows = vscode.page.locator('.pane-body .monaco-list-row').filter({ hasText: /val_accuracy 0\.9583/ });
    await becomes(() => rows.count(), 2);
    await vscode.page.keyboard.press('Control+K');
    await vscode.page.keyboard.press('g');
    await rows.nth(2).waitFor();
  });

  it('starts the script in the editor with two keys, the second before its arguments are known', async () => {
    const rows = vscode.page.locator('.pane-body .monaco-list-row').filter({ hasText: /val_accuracy 0\.9583/ });
    await vscode.page.keyboard.press('Control+P');
    await vscode.page.locator('.quick-input-widget input[type=text]').fill('train.py');
    await quickRow('train.py').click();
    await vscode.page.locator('.view-lines', { hasText: 'A short training' }).click();
    await vscode.page.keyboard.press('Control+F9');
    await quickRow('Start train.py').waitFor();
    await vscode.page.keyboard.press('Enter');
    await rows.nth(3).waitFor();
  });

  it('starts a script that reads no arguments, and one of click, with two keys each, and again with two', async () => {
    for (const name of ['plain.py', 'clicks.py']) {
      const rows = vscode.page.getByRole('treeitem', { name: new RegExp(`^${name.replace('.py', '')}-`) });
      await vscode.page.keyboard.press('Control+P');
      await vscode.page.locator('.quick-input-widget input[type=text]').fill(name);
      await quickRow(name).click();
      await vscode.page.locator('.editor-instance .view-lines', { hasText: `in ${name}` }).waitFor();
      await vscode.page.keyboard.press('Control+1');
      await vscode.page.keyboard.press('Control+F9');
      await quickRow(`Start ${name}`).waitFor();
      await vscode.page.keyboard.press('Enter');
      await rows.first().waitFor();
      await vscode.page.keyboard.press('Control+K');
      await vscode.page.keyboard.press('g');
      await rows.nth(1).waitFor();
    }
  });

  it('is told when a training fails, and finds its output from there', async () => {
    await vscode.command('Trainyard: Run Training…');
    await quickRow('fails.py').click();
    await quickRow('Start fails.py').click();
    const failed = treeRow(/ValueError/);
    await failed.waitFor();
    await vscode.command('Trainyard: Show Log Output');
    await quickRow(/fails/).click();
    await vscode.page.locator('.view-lines', { hasText: 'ValueError: no [rows]' }).waitFor();
  });

  it('sees the badge while something runs, and stops it from its row', async () => {
    await vscode.command('Trainyard: Run Training…');
    await quickRow('endless.py').click();
    await quickRow('Start endless.py').click();
    await vscode.page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor();
    const row = treeRow(/endless.*loss/);
    await row.hover();
    await row.getByRole('button', { name: 'Stop Run' }).click();
    await vscode.page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor({ state: 'hidden' });
  });

  it('finds the run’s page where it was after a reload', async () => {
    await vscode.webview('h1');
    await until('the window has saved its editors', () => hasSaved(vscode.page, 'endless-'), 60);
    await vscode.command('Developer: Reload Window');
    await vscode.page.locator('.tab', { hasText: 'endless' }).first().click();
    await vscode.webview('h1:has-text("endless")');
  });
});

/** VS Code in a browser keeps its editors in IndexedDB, some seconds after they changed. */
async function hasSaved(page: Page, text: string): Promise<boolean> {
  const items: unknown = await page.evaluate(readSaved);
  assert.ok(Array.isArray(items));
  return items.some((item) => typeof item === 'string' && item.includes('trainyard.run') && item.includes(text));
}

const readSaved = `(async () => {
  const stored = (await indexedDB.databases()).filter(({ name }) => name.startsWith('vscode-web-state-db-'));
  const lists = stored.map(({ name }) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result.transaction('ItemTable').objectStore('ItemTable').getAll();
      reading.onerror = () => reject(reading.error);
      reading.onsuccess = () => resolve(reading.result);
      opening.result.close();
    };
  }));
  return (await Promise.all(lists)).flat();
})()`;
