import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import type { WindowParts } from '../../src/extension.ts';
import { until } from '../support/until.ts';
import {
  activate,
  answering,
  command,
  complaints,
  type Reference,
  rowOf,
  rows,
  start,
  tryToStart,
  untilRow,
  workspaceFolder,
} from './support/window.ts';

describe('a training of the window', () => {
  let window: WindowParts;
  const endless: Reference[] = [];

  before(async () => {
    window = await activate();
  });

  after(async () => {
    for (const reference of endless) {
      const row = await rowOf(window, reference);
      if (row?.run?.status === 'running') await command('stop', reference);
    }
  });

  const startEndless = async (name?: string) => {
    const reference = await start('endless.py', name ? { name } : {});
    endless.push(reference);
    return reference;
  };

  it('appears in the tree, and ends there with its metric', async () => {
    const reference = await start('train.py', { args: ['--lr', '0.25', '--epochs', '4'], name: 'first' });
    const row = await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    assert.equal(row.label, 'first');
    assert.equal(row.icon, 'pass');
    assert.match(row.context, /^run finished unstarred kept$/);
    assert.match(row.description, /^val_accuracy 0\.95 · \d/);
    assert.deepEqual(row.run?.metric, { name: 'val_accuracy', value: 0.95 });
    assert.equal(row.depth, 1);
  });

  it('is shown live', async () => {
    const reference = await startEndless();
    const early = await untilRow(window, reference, 'a first value', ({ run }) => run?.metric?.name === 'loss');
    assert.equal(early.icon, 'loading~spin');
    assert.match(early.context, /^run running /);
    const before = early.run?.metric?.value ?? 0;
    await untilRow(window, reference, 'a lower loss', ({ run }) => (run?.metric?.value ?? 1) < before);
    const group = (await rows(window)).find(({ context }) => context === 'group');
    assert.ok(group?.description);
  });

  it('can be stopped', async () => {
    const reference = await startEndless();
    await untilRow(window, reference, 'running', ({ run }) => run?.metric !== null);
    await command('stop', reference);
    const row = await untilRow(window, reference, 'stopped', ({ run }) => run?.status === 'stopped');
    assert.equal(row.icon, 'circle-slash');
  });

  it('that fails says so, with text of the script that stays text', async () => {
    const reference = await start('fails.py');
    const row = await untilRow(window, reference, 'failed', ({ run }) => run?.status === 'failed');
    assert.equal(row.icon, 'error');
    assert.match(row.description, /ValueError/);
    assert.equal(row.run?.failure?.line, 5);
    assert.doesNotMatch(row.tooltip, /\[rows\]\(/);
  });

  it('that fails while nobody looks is told of, with the way to its page', async () => {
    const { said } = await answering(
      ({ buttons }) => buttons.find((button) => button === 'Open Run'),
      async () => {
        const reference = await start('waits.py');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        writeFileSync(join(workspaceFolder(), 'go'), '');
        await untilRow(window, reference, 'failed', ({ run }) => run?.status === 'failed');
        await until('its page', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.startsWith('waits'));
      },
    );
    assert.deepEqual(
      said.map(({ text }) => text.replace(/“.*?”/, 'NAME')),
      ['NAME failed: RuntimeError: told to go'],
    );
  });

  it('that Python will not even read fails too', async () => {
    const reference = await start('unfinished.py');
    const row = await untilRow(window, reference, 'failed', ({ run }) => run?.status === 'failed');
    assert.ok(row.run?.exitCode);
  });

  it('runs again from its record, with other arguments', async () => {
    const first = await start('train.py', { args: ['--epochs', '2'] });
    await untilRow(window, first, 'finished', ({ run }) => run?.status === 'finished');
    const second = (await command('rerun', first, { args: ['--epochs', '3', '--lr', '1'] })) as Reference;
    assert.notEqual(second.run, first.run);
    const row = await untilRow(window, second, 'finished', ({ run }) => run?.status === 'finished');
    assert.equal(row.run?.metric?.value, 0.75);
  });

  it('is started again as it was, by one command', async () => {
    const first = await start('train.py', { args: ['--lr', '0.125', '--epochs', '1'] });
    await untilRow(window, first, 'finished', ({ run }) => run?.status === 'finished');
    const second = (await command('runLast')) as Reference;
    const row = await untilRow(window, second, 'finished', ({ run }) => run?.status === 'finished');
    assert.notEqual(second.run, first.run);
    assert.equal(row.run?.metric?.value, 1 - 0.125 / 2);
  });

  it('gets a name, a star, a tag, and goes to the archive and back', async () => {
    const reference = await start('train.py');
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    await command('rename', reference, { name: 'the best <b>one</b> 🚂' });
    await untilRow(window, reference, 'renamed', ({ label }) => label === 'the best <b>one</b> 🚂');
    await command('star', reference);
    await untilRow(window, reference, 'starred', ({ context }) => / starred/.test(context));
    await command('addTag', reference, { key: 'stage', value: 'trial' });
    await untilRow(window, reference, 'tagged', ({ run }) => run?.tags.stage === 'trial');
    await command('archive', reference);
    await until('archived', async () => !(await rowOf(window, reference)));
    await command('restore', reference);
    await untilRow(window, reference, 'restored', ({ context }) => / kept/.test(context));
  });

  it('is deleted only after a yes', async () => {
    const reference = await start('train.py', { name: 'short-lived' });
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    const folder = join(workspaceFolder(), '.trainyard', 'runs', reference.run);
    const kept = await answering(
      () => undefined,
      async () => command('delete', reference),
    );
    assert.match(kept.said[0]?.text ?? '', /Delete the run “short-lived”/);
    assert.match(kept.said[0]?.detail ?? '', /cannot be undone/);
    assert.ok(existsSync(folder));
    await answering(
      ({ buttons }) => buttons[0],
      async () => command('delete', reference),
    );
    await until('gone from the tree', async () => !(await rowOf(window, reference)));
    assert.ok(!existsSync(folder));
  });

  it('that is running is not deleted', async () => {
    const reference = await startEndless();
    await untilRow(window, reference, 'running', ({ run }) => run?.status === 'running');
    const { said } = await answering(
      ({ buttons }) => (buttons.includes('Delete') ? 'Delete' : undefined),
      async () => command('delete', reference),
    );
    assert.match(said.at(-1)?.text ?? '', /still running.*Stop it first/);
    assert.ok(await rowOf(window, reference));
  });

  it('shows what it printed in an editor', async () => {
    const reference = await start('train.py', { args: ['--epochs', '3'] });
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    await command('showOutput', reference);
    const text = vscode.window.activeTextEditor?.document.getText();
    assert.match(text ?? '', /epoch 0\r?\nepoch 1\r?\nepoch 2/);
  });

  it('whose id is copied can be found by it', async () => {
    const reference = await start('train.py');
    await command('copyId', reference);
    assert.equal(await vscode.env.clipboard.readText(), reference.run);
  });
});

describe('a training that cannot start', () => {
  before(activate);

  it('because there is no such script, says which', async () => {
    const said = await complaints(() => tryToStart('missing.py'));
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /missing\.py/);
  });

  it('because its interpreter is not there, says which', async () => {
    const python = join(workspaceFolder(), 'no-venv', 'python');
    const said = await complaints(() => tryToStart('train.py', { python }));
    assert.match(said[0] ?? '', /no-venv.*(choose another|Recreate)/s);
  });

  it('because the folder’s environment is broken, says so instead of taking another Python', async () => {
    const environment = join(workspaceFolder(), '.venv');
    const windows = process.platform === 'win32';
    const python = join(environment, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
    mkdirSync(dirname(python), { recursive: true });
    writeFileSync(join(environment, 'pyvenv.cfg'), 'home = /nowhere\n');
    writeFileSync(python, windows ? '' : '#!/nowhere/python\n', { mode: 0o755 });
    try {
      const said = await complaints(() => tryToStart('train.py'));
      assert.match(said[0] ?? '', /\.venv.*does not start.*Recreate/s);
    } finally {
      rmSync(environment, { recursive: true });
    }
  });
});
