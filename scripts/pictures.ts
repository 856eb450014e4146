import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { startVSCode, type VSCode } from '../tests/support/vscode.ts';
import { build, root } from './build.mjs';

/** Takes the README's pictures: `node scripts/pictures.ts`. They show the sample workspace in a real VS Code. */
const pictures = join(root, 'media', 'readme');
const size = { width: 1280, height: 800 };

await build();
const workspace = join(mkdtempSync(join(tmpdir(), 'trainyard-')), 'credit');
cpSync(join(root, 'examples', 'credit'), workspace, { recursive: true });
const author = ['-c', 'user.name=Trainyard', '-c', 'user.email=sample@trainyard.invalid', '-c', 'commit.gpgsign=false'];
for (const args of [
  ['init', '--quiet'],
  ['add', '--all'],
  [...author, 'commit', '--quiet', '--message', 'The sample workspace'],
]) {
  execFileSync('git', args, { cwd: workspace });
}
// An interpreter in the workspace, so that its path says nothing of this machine.
execFileSync('python3', ['-m', 'venv', '--without-pip', join(workspace, '.venv')]);
const vscode = await startVSCode({
  workspace,
  extension: { development: root },
  settings: {
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.colorTheme': 'Default Light Modern',
  },
});
try {
  mkdirSync(pictures, { recursive: true });
  await takeAll(vscode);
} finally {
  await vscode.stop();
  rmSync(dirname(workspace), { recursive: true, force: true, maxRetries: 5 });
}

async function takeAll({ page, command, webview }: VSCode): Promise<void> {
  const quickRow = (text: string): Locator =>
    page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  const picture = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const finishedPage = async () => {
    const frame = await webview('h1');
    await frame.getByText('Finished', { exact: true }).first().waitFor();
    return frame;
  };
  await page.setViewportSize(size);
  await page.locator('.activitybar [aria-label^="Trainyard"]').first().click();

  await command('Trainyard: Run Training…');
  await quickRow('train.py').click();
  await quickRow('--lr').waitFor();
  await picture('arguments');
  await quickRow('Start train.py').click();
  await finishedPage();
  await command('View: Close All Editors');

  await command('Trainyard: Run Training…');
  await quickRow('train.py').click();
  await quickRow('--lr').click();
  await page.locator('.quick-input-widget input[type=text]').fill('0.5');
  await page.keyboard.press('Enter');
  await quickRow('Start train.py --lr 0.5').click();
  await hideOwnNames(await finishedPage());
  await picture('run-page');
}

/** Whose machine took the picture is nobody's business. */
async function hideOwnNames(frame: Frame): Promise<void> {
  for (const [own, shown] of [
    [hostname(), 'workstation'],
    [userInfo().username, 'ada'],
  ] as const) {
    for (const element of await frame.getByText(own, { exact: true }).all()) {
      await element.evaluate((node, text) => {
        node.textContent = text;
      }, shown);
    }
  }
}
