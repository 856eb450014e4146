import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ImportReport } from '../../src/contract/imports.ts';
import type { WindowParts } from '../../src/extension.ts';
import { activate, answering, command, untilRow, workspaceFolder } from './support/window.ts';

describe('TensorBoard’s logs in the window', () => {
  let window: WindowParts;
  let fixtures: string;
  before(async () => {
    window = await activate();
    const extension = vscode.extensions.getExtension('trainyard.trainyard');
    fixtures = join(extension?.extensionPath ?? '', 'tests/fixtures/event-files');
  });

  const importing = (path: string) =>
    answering(
      () => undefined,
      async () => (await command('importLogs', vscode.Uri.file(path))) as ImportReport | undefined,
    );

  it('become runs of the tree, once', async () => {
    const logs = join(workspaceFolder(), 'old-logs');
    mkdirSync(join(logs, 'first'), { recursive: true });
    cpSync(join(fixtures, 'tensorboardx.tfevents'), join(logs, 'first/events.out.tfevents.1.host'));
    const { result, said } = await importing(logs);
    assert.deepEqual(
      said.map(({ text }) => text),
      ['Runs imported: 1; brought up to date: 0; unchanged: 0.'],
    );
    const run = result?.imported[0]?.run as string;
    const row = await untilRow(window, { folder: workspaceFolder(), run }, 'it is there', () => true);
    assert.deepEqual([row.label, row.run?.status], ['first', 'finished']);
    assert.equal((await importing(logs)).result?.unchanged, 1);
  });

  it('are missed with a word where there are none', async () => {
    const empty = join(workspaceFolder(), 'no-logs');
    mkdirSync(empty);
    const { said } = await importing(empty);
    assert.match(said[0]?.text ?? '', /no TensorBoard event files in .*no-logs or below/);
  });
});
