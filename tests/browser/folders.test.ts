import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root } from '../../scripts/build.mjs';
import { startVSCode, type VSCode } from '../support/vscode.ts';

const fixture = join(root, 'tests', 'fixtures', 'workspace');

describe('a window with two folders', function () {
  this.timeout(180_000);
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
    const workspace = join(top, 'both.code-workspace');
    writeFileSync(workspace, JSON.stringify({ folders: [{ path: 'north' }, { path: 'south' }] }));
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

  it('says which folder’s runs cannot be shown, and shows the others', async () => {
    const store = join(top, 'south', '.trainyard');
    rmSync(store, { recursive: true, force: true, maxRetries: 5 });
    mkdirSync(join(store, 'runs'), { recursive: true });
    writeFileSync(join(store, 'trainyard.db'), 'this is not a database, whatever its name says'.repeat(100));
    await vscode.command('Trainyard: Refresh');
    await treeRows('The runs cannot be shown').waitFor();
    await treeRows(/^train-.*val_accuracy/).waitFor();
  });
});
