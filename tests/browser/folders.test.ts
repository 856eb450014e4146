import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from '../../scripts/build.mjs';
import { until } from '../support/until.ts';
import { startVSCode, type VSCode } from '../support/vscode.ts';

const fixture = join(root, 'tests', 'fixtures', 'workspace');

describe('a window with several folders', function () {
  this.timeout(300_000);
  let top: string;
  let vscode: VSCode;

  const treeRows = (text: string | RegExp) =>
    vscode.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
  const quickRow = (text: string | RegExp) =>
    vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();

  before(async () => {
    await build();
    top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-folders-')));
    for (const name of ['north', 'south']) cpSync(fixture, join(top, name), { recursive: true });
    mkdirSync(join(top, 'west', '.trainyard', 'runs'), { recursive: true });
    writeFileSync(
      join(top, 'west', '.trainyard', 'trainyard.db'),
      'not a database, whatever its name says\n'.repeat(200),
    );
    const workspace = join(top, 'all.code-workspace');
    const folders = ['north', 'south', 'west'].map((path) => ({ path }));
    writeFileSync(workspace, JSON.stringify({ folders }));
    vscode = await startVSCode({ workspace, extension: { development: root } });
    await vscode.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
  });

  after(async () => {
    await vscode?.stop();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  });

  const runIn = async (folder: string) => {
    await vscode.command('Trainyard: Run Training…');
    await quickRow(new RegExp(`train\\.py.*${folder}`)).click();
    await quickRow('Start train.py').click();
    await vscode.webview('h1');
  };

  it('keeps the runs of each apart', async () => {
    await runIn('north');
    await treeRows(/^north/).waitFor();
    await treeRows(/^train-.*val_accuracy/).waitFor();
    await treeRows(/^south.*no runs yet/).waitFor();
    await runIn('south');
    await treeRows(/^train-.*val_accuracy/)
      .nth(1)
      .waitFor();
    await treeRows(/no runs yet/).waitFor({ state: 'detached' });
  });

  it('says which folder’s runs cannot be shown', async () => {
    await treeRows(/The runs cannot be shown.*cannot be read/).waitFor();
    await treeRows(/^train-.*val_accuracy/)
      .nth(1)
      .waitFor();
  });

  it('selects the run that was started', async () => {
    await runIn('north');
    await treeRows(/^train-.*val_accuracy/)
      .nth(2)
      .waitFor();
    const selected = vscode.page.locator('.pane-body .monaco-list-row.selected');
    await until('the newest run of the first folder is selected', async () => {
      return (await selected.count()) === 1 && (await selected.getAttribute('data-index')) === '2';
    });
  });
});
