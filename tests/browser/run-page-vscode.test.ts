import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { build, root } from '../../scripts/build.mjs';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { startVSCode, type VSCode } from '../support/vscode.ts';

/** Goes on where a file appears, so that the test decides when. */
const script = `import math
import pathlib
import time
import trainyard


def wait_for(name):
    while not pathlib.Path(name).exists():
        time.sleep(0.02)


for step in range(3000):
    trainyard.log(step=step, loss=math.exp(-step / 800), rough=math.sin(step))
print("first part done", flush=True)
wait_for("go-on")
trainyard.log(step=3000, loss=float("nan"), rough=0.0)
for line in range(2000):
    print("second part", line)
wait_for("fail")
raise ValueError("no <b>rows</b>")
`;

describe('the run page in a real VS Code', function () {
  this.bail(true);
  this.timeout(300_000);
  let workspace: string;
  let vscode: VSCode;
  let frame: Frame;

  before(async () => {
    await build();
    workspace = join(realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-page-'))), 'workspace');
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'steps.py'), script);
    vscode = await startVSCode({ workspace, extension: { development: root } });
  });

  after(async () => {
    await vscode?.stop();
    rmSync(join(workspace, '..'), { recursive: true, force: true, maxRetries: 5 });
  });

  const tab = (name: string) => frame.getByRole('tab', { name }).click();
  const allow = (name: string) => writeFileSync(join(workspace, name), '');

  it('opens for a run that was just started, and draws its curves', async () => {
    await vscode.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
    await vscode.page.getByRole('button', { name: 'Run Training…' }).last().click();
    const row = (text: string) => vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
    await row('steps.py').first().click();
    await row('Start steps.py').first().click();
    frame = await vscode.webview('#run-page h1');
    await frame.getByText('Running').first().waitFor();
    await tab('Curves');
    await until('both curves are drawn', async () => (await frame.locator('.panel-curves canvas').count()) === 2, 60);
    await frame.locator('.panel-curves').getByRole('button', { name: 'What can be done with loss' }).click();
    await frame.getByRole('menuitemcheckbox', { name: 'Show as table' }).click();
    const table = frame.locator('.panel-curves table').first();
    await until('all points are there', async () => (await table.textContent())?.includes('loss, 3,000 points'), 60);
  });

  it('follows its output', async () => {
    await tab('Output');
    await frame.locator('.row', { hasText: 'first part done' }).waitFor();
    allow('go-on');
    await until('its end is in sight', async () => {
      const last = frame.locator('.row', { hasText: 'second part 1999' });
      if ((await last.count()) === 0) return false;
      const [list, line] = [await frame.locator('ty-output-lines').boundingBox(), await last.boundingBox()];
      return !!list && !!line && line.y > list.y && line.y + line.height <= list.y + list.height + 1;
    });
  });

  it('carries a NaN from the script to the chart', async () => {
    await tab('Curves');
    await frame
      .locator('.panel-curves ty-chart', { hasText: 'loss' })
      .getByText('1 value is NaN or infinite')
      .waitFor();
    await becomes(() => frame.locator('.panel-curves .readout').first().textContent(), 'NaN');
  });

  it('shows the failure as it happens, and opens its line in the editor', async () => {
    await tab('Summary');
    allow('fail');
    await frame.getByRole('heading', { name: 'ValueError' }).waitFor();
    await frame.getByText('no <b>rows</b>').first().waitFor();
    await frame.locator('.status', { hasText: 'Failed (exit code 1)' }).waitFor();
    await frame.getByRole('button', { name: /steps\.py", line 20$/ }).click();
    await vscode.page.locator('.tab.active', { hasText: 'steps.py' }).waitFor();
    await vscode.page.getByText('Ln 20, Col 1').waitFor();
  });

  it('keeps a note that is typed on it', async () => {
    await vscode.page.locator('.tab', { hasText: 'steps-' }).first().click();
    frame = await vscode.webview('#run-page h1');
    await tab('Note');
    await frame.getByRole('textbox', { name: 'Note' }).fill('rows were missing');
    await frame
      .getByRole('status')
      .filter({ hasText: /^Saved$/ })
      .waitFor();
  });

  it('asks for nothing that its policy forbids', async () => {
    const refused =
      /Policy directive:? ['"](style-src .*'nonce-|script-src 'nonce-|(font|img)-src |default-src 'none')/;
    assert.doesNotMatch(vscode.log(), refused);
    await frame.evaluate(`document.body.setAttribute('style', 'color: red')`);
    await until('what it forbids would have been seen', () => refused.test(vscode.log()));
  });
});
