import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import type { WindowParts } from '../../../src/extension.ts';
import { until } from '../../support/until.ts';
import { activate, command, complaints, rows, tryToStart, workspaceFolder } from '../support/window.ts';

describe('a window that is not trusted', () => {
  let window: WindowParts;

  before(async () => {
    window = await activate();
  });

  it('starts nothing and writes nothing, and says why', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const said = await complaints(() => tryToStart('train.py'));
    assert.match(said[0] ?? '', /not trusted.*Trust the workspace first/s);
    assert.equal(existsSync(join(workspaceFolder(), '.trainyard')), false);
  });

  it('offers no link that would start a script', async () => {
    const script = vscode.Uri.file(join(workspaceFolder(), 'train.py'));
    await vscode.workspace.openTextDocument(script);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      script,
      100,
    );
    assert.deepEqual(
      lenses.filter(({ command: of }) => of?.command.startsWith('trainyard.')),
      [],
    );
    const said = await complaints(async () => command('debugScript', script));
    assert.match(said[0] ?? '', /not trusted/);
  });

  it('shows the runs that are there, and changes none', async () => {
    const extension = vscode.extensions.getExtension('trainyard.trainyard')?.extensionPath ?? '';
    const cli = join(extension, 'bin', 'trainyard.js');
    execFileSync(process.execPath, [cli, 'run', '--name', 'from a terminal', 'train.py'], { cwd: workspaceFolder() });
    await command('refresh');
    const row = await until(
      'the run',
      async () => (await rows(window)).find(({ run }) => run?.name === 'from a terminal'),
      30,
    );
    assert.equal(row.run?.status, 'finished');
    const reference = { folder: workspaceFolder(), run: row.run.id };
    const ops = join(workspaceFolder(), '.trainyard', 'ops');
    const before = existsSync(ops) ? readdirSync(ops) : [];
    for (const name of ['star', 'archive', 'delete', 'stop', 'rerun'] as const) {
      const said = await complaints(async () => command(name, reference, { args: [] }));
      if (name !== 'stop') assert.match(said[0] ?? '', /not trusted/, name);
    }
    assert.deepEqual(existsSync(ops) ? readdirSync(ops) : [], before);
  });
});
