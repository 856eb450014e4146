import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { becomes } from '../support/becomes.ts';
import { type Repository, repository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import { startVSCode, type VSCode } from '../support/vscode.ts';

const script = [
  'import trainyard',
  'for step in range(300):',
  '    trainyard.log(step=step, loss=1 / (step + 1))',
  'open("model.txt", "w").write("tree\\nversion=v4\\n")',
  'open("result.txt", "w").write("all is well")',
  '',
].join('\n');

describe('the run page, the tree and files in a real VS Code', function () {
  this.bail(true);
  this.timeout(300_000);
  let place: Repository;
  let vscode: VSCode;
  let frame: Frame;

  before(async () => {
    await build();
    place = repository();
    place.git('init', '-q');
    place.file('train.py', script);
    place.commit();
    place.file('train.py', `${script}# not committed\n`);
    const env = { TRAINYARD_HOME: join(place.top, 'home') };
    for (const name of ['first', 'second']) {
      const args = [join(root, 'bin', 'trainyard.js'), 'run', '--name', name, 'train.py'];
      execFileSync(process.execPath, args, { cwd: place.folder, env: { ...process.env, ...env } });
    }
    vscode = await startVSCode({ workspace: place.folder, extension: { development: root }, env });
    await vscode.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
  });

  after(async () => {
    await vscode?.stop();
    place.remove();
  });

  const row = (name: string): Locator =>
    vscode.page.locator('.pane-body .customview-tree .monaco-list-row[aria-level="2"]').filter({ hasText: name });
  const pages = (): Promise<string[]> => vscode.page.locator('.editor-group-container .tab').allInnerTexts();
  const inTree = () => vscode.page.evaluate<boolean>(`document.activeElement?.closest('.pane-body') !== null`);
  const inPage = () => vscode.page.evaluate<boolean>(`document.activeElement?.tagName === 'IFRAME'`);
  const shown = async (name: string) => {
    await until(`${name} is shown`, async () => (await pages()).join().trim() === name, 60);
  };

  it('shows a run at a click while the focus stays in the tree, in place of the one before', async () => {
    await row('first').click();
    await shown('first');
    await until('the focus is in the tree', inTree);
    await row('second').click();
    await shown('second');
    await until('the focus is in the tree', inTree);
  });

  it('goes there at Enter, and at a double click', async () => {
    await vscode.page.keyboard.press('Enter');
    await until('the page has the focus', inPage);
    await row('first').dblclick();
    await until('the other page has the focus', async () => (await inPage()) && (await pages()).length === 2);
  });

  it('writes a chart as PNG and SVG and its points as CSV, where the person says', async () => {
    frame = await vscode.webview('ty-chart canvas');
    await frame.getByRole('tab', { name: 'Curves' }).click();
    const save = async (item: string, name: string) => {
      await frame.locator('.panel-curves').getByRole('button', { name: 'What can be done with loss' }).click();
      await frame.getByRole('menuitem', { name: item }).click();
      const box = vscode.page.locator('.quick-input-widget input[type=text]');
      await box.waitFor();
      await until('a name is proposed', async () => (await box.inputValue()).includes('loss.'));
      const path = join(place.top, name);
      await box.fill(path);
      await vscode.page.locator('.quick-input-list .monaco-list-row', { hasText: 'home' }).waitFor();
      await vscode.page.keyboard.press('Enter');
      await until(`${name} is written`, () => existsSync(path) && readFileSync(path).length > 0);
      await vscode.page.getByText(`Saved as ${path}`).first().waitFor();
      return readFileSync(path);
    };
    const png = await save('Save as PNG…', 'chart.png');
    assert.deepEqual([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)], ['PNG', 1800, 1000]);
    const svg = (await save('Save as SVG…', 'chart.svg')).toString();
    const parsed = `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').documentElement.tagName`;
    assert.equal(await frame.evaluate(parsed), 'svg');
    const lines = (await save('Save all points as CSV…', 'points.csv')).toString().split('\n');
    assert.equal(lines.length, 302);
    assert.equal(lines[0], 'step,time,value');
    assert.match(lines[4] ?? '', /^3,\d{4}-\d\d-\d\dT[\d:.]+Z,0\.25$/);
  });

  it('leaves the page of a run open when another is started from it', async () => {
    await becomes(async () => (await pages()).map((name) => name.trim()).sort(), ['first', 'second']);
    await frame.getByText('Rerun').click();
    await vscode.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Start train.py' }).waitFor();
    await vscode.page.keyboard.press('Enter');
    await until('the new page is there', async () => (await pages()).length === 3, 60);
    for (const name of ['first', 'second']) {
      await until(`${name} is still there`, async () => (await pages()).join().includes(name));
    }
    await vscode.page.locator('.editor-group-container .tab', { hasText: 'first' }).click();
    frame = await vscode.webview('#run-page h1:has-text("first")');
  });

  it('opens what differs in the code in the editor', async () => {
    await frame.getByRole('tab', { name: 'Code' }).click();
    await frame.getByRole('button', { name: 'Compare in the editor' }).click();
    const editor = vscode.page.locator('.monaco-diff-editor .editor.modified');
    await editor.getByText('# not committed').waitFor();
    assert.equal(await vscode.page.locator('.monaco-diff-editor .editor.original').getByText('committed').count(), 0);
  });

  it('opens an output, and the copy that the run kept where it is gone', async () => {
    const toPage = async () => {
      await vscode.page.getByRole('tab', { name: 'first', exact: true }).click();
      frame = await vscode.webview('#run-page h1:has-text("first")');
    };
    rmSync(join(place.folder, 'model.txt'));
    await toPage();
    await frame.getByRole('tab', { name: 'Files' }).click();
    await frame.getByRole('button', { name: 'Open model.txt' }).click();
    await vscode.page.locator('.monaco-breadcrumbs').getByText('artifacts').waitFor();
    await vscode.page.locator('.monaco-editor').getByText('version=v4').first().waitFor();
    await vscode.page.getByText('this is the copy that the run kept').first().waitFor();
    await toPage();
    await frame.getByRole('button', { name: 'Open result.txt' }).click();
    await vscode.page.locator('.monaco-editor').getByText('all is well').first().waitFor();
  });
});
