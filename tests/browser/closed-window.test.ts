import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/build.mjs';
import { quiet } from '../../scripts/npm.mjs';
import { packedExtension } from '../support/packed-extension.ts';
import { until } from '../support/until.ts';
import { startVSCode, type VSCode } from '../support/vscode.ts';

/** Logs three points, then three more once it is told to go on, and ends with an exit code of its own. */
const script = `
import os, sys, time
import trainyard

for step in range(3):
    trainyard.log({"loss": 1 / (step + 1)}, step=step)
while not os.path.exists("go-on"):
    time.sleep(0.05)
for step in range(3, 6):
    trainyard.log({"loss": 1 / (step + 1)}, step=step)
sys.exit(3)
`;

interface Shown {
  status: string;
  exitCode: number | null;
  metrics: Record<string, { last: number; count: number } | undefined>;
}

describe('a run whose window is closed', function () {
  this.timeout(300_000);
  let top: string;
  let workspace = '';
  let vscode: VSCode | undefined;
  let env: Record<string, string>;

  before(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-closed-')));
    env = { TRAINYARD_HOME: join(top, 'home') };
  });

  /** Only now, so that a failed test leaves a picture. */
  async function stop(): Promise<void> {
    if (workspace) writeFileSync(join(workspace, 'go-on'), '');
    await vscode?.stop();
    vscode = undefined;
  }

  beforeEach(async () => {
    await stop();
    workspace = mkdtempSync(join(top, 'workspace-'));
    writeFileSync(join(workspace, 'waits.py'), script);
  });

  after(async () => {
    await stop();
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  });

  async function open(): Promise<VSCode> {
    return startVSCode({ workspace, extension: { vsix: await packedExtension() }, env });
  }

  /** Through the palette, until its first points are seen. */
  async function train(window: VSCode): Promise<void> {
    await showView(window);
    await window.command('Trainyard: Run Training…');
    const row = (text: string) => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row('waits.py').click();
    await row('Start waits.py').click();
    await window.page.getByRole('treeitem', { name: /waits.*loss 0\.3333/ }).waitFor();
  }

  function showView(window: VSCode): Promise<void> {
    return window.page.locator('.activitybar [aria-label^="Trainyard"]').first().click();
  }

  async function trainyard(...args: string[]): Promise<string> {
    const command = [join(root, 'bin', 'trainyard.js'), ...args];
    const { code, stdout, output } = await quiet(process.execPath, command, {
      cwd: workspace,
      env: { ...process.env, ...env },
    });
    assert.equal(code, 0, output);
    return stdout;
  }

  async function endedRun(): Promise<Shown> {
    return until(
      'the run has ended',
      async () => {
        const shown = JSON.parse(await trainyard('show', 'latest', '--json')) as Shown;
        return shown.status !== 'running' && shown;
      },
      60,
    );
  }

  async function assertAllIsThere(shown: Shown): Promise<void> {
    assert.deepEqual({ status: shown.status, exitCode: shown.exitCode }, { status: 'failed', exitCode: 3 });
    const { points } = JSON.parse(await trainyard('metrics', 'latest', 'loss', '--json')) as { points: number[][] };
    assert.deepEqual(
      points.map(([step, , value]) => [step, value]),
      [0, 1, 2, 3, 4, 5].map((step) => [step, 1 / (step + 1)]),
    );
    assert.equal(readdirSync(join(workspace, '.trainyard', 'runs')).length, 1);
  }

  it('goes on, and is shown as it ended when the window is opened again', async () => {
    vscode = await open();
    await train(vscode);
    await vscode.close();
    writeFileSync(join(workspace, 'go-on'), '');
    await assertAllIsThere(await endedRun());
    await vscode.reopen();
    await showView(vscode);
    await vscode.page.getByRole('treeitem', { name: /waits.*failed with exit code 3.*loss 0\.16667/ }).waitFor();
  });

  it('goes on when all of VS Code has ended, and nobody looks at it meanwhile', async () => {
    vscode = await open();
    await train(vscode);
    await vscode.stop();
    writeFileSync(join(workspace, 'go-on'), '');
    await until('the script has ended', async () => (await processes()).every((line) => !line.includes(workspace)), 60);
    vscode = await open();
    await showView(vscode);
    await vscode.page.getByRole('treeitem', { name: /waits.*failed with exit code 3.*loss 0\.16667/ }).waitFor();
    await assertAllIsThere(await endedRun());
  });
});

async function processes(): Promise<string[]> {
  const { stdout } = await quiet('ps', ['-eo', 'args']);
  return stdout.split('\n');
}
