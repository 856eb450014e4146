import assert from 'node:assert/strict';
import type { WindowParts } from '../../src/extension.ts';
import { until } from '../support/until.ts';
import {
  activate,
  answering,
  command,
  type Reference,
  rowOf,
  rows,
  start,
  untilRow,
  workspaceFolder,
} from './support/window.ts';

describe('the queue in the window', () => {
  let window: WindowParts;

  before(async () => {
    window = await activate();
    await command('pauseQueue');
  });

  after(async () => {
    await answering(
      ({ buttons }) => (buttons[0] === 'Clear Queue' ? 'Clear Queue' : undefined),
      async () => command('clearQueue'),
    );
    await command('queueJobs', 1);
    await command('resumeQueue');
  });

  const queue = async (name: string, path = 'train.py') => {
    const target = { kind: 'script', path };
    const request = { folder: workspaceFolder(), target, name, queue: {} };
    return (await command('runTraining', request)) as Reference;
  };
  const waiting = async () => {
    const nodes = (await window.queue.getChildren()) ?? [];
    return nodes.map((node) => (node.kind === 'queued' ? node.row.name : ''));
  };
  const inOrder = (...names: string[]) =>
    until(names.join(', '), async () => JSON.stringify(await waiting()) === JSON.stringify(names));
  const silently = (action: () => Promise<unknown>) => answering(() => undefined, action);

  it('shows what waits with its place, in its own view and in the tree', async () => {
    const first = await queue('first');
    const second = await queue('second');
    await inOrder('first', 'second');
    const row = await untilRow(window, second, 'it waits', ({ description }) => /^queued, #2/.test(description));
    assert.deepEqual([row.icon, row.run?.status], ['clock', 'queued']);
    assert.match(row.context, /^run queued /);
    const [node] = (await window.queue.getChildren()) ?? [];
    assert.ok(node);
    const item = await window.queue.getTreeItem(node);
    assert.deepEqual([item.label, item.description, item.contextValue], ['first', '#1 · train.py', 'queued waiting']);
    assert.equal((await rowOf(window, first))?.run?.position, 1);
  });

  it('is put in another order, from rows of either view and by name', async () => {
    const third = await queue('third');
    await inOrder('first', 'second', 'third');
    await command('moveToTop', third);
    await inOrder('third', 'first', 'second');
    await command('moveDown', third);
    await inOrder('first', 'third', 'second');
    const node = window.tree.node(third.folder, third.run);
    await command('moveUp', node);
    await inOrder('third', 'first', 'second');
    const nodes = (await window.queue.getChildren()) ?? [];
    await command('moveDown', nodes[0], [nodes[0], nodes[1]]);
    await inOrder('second', 'third', 'first');
  });

  it('lets go of a run, which can be put back into its place', async () => {
    const [, node] = (await window.queue.getChildren()) ?? [];
    const { said } = await answering(
      ({ buttons }) => buttons.find((button) => button === 'Queue Again'),
      async () => {
        await command('removeFromQueue', node);
        await inOrder('second', 'third', 'first');
      },
    );
    assert.deepEqual(
      said.map(({ text }) => text),
      ['“third” was taken out of the queue.'],
    );
    const taken = node?.kind === 'queued' ? { folder: node.folder, run: node.run } : undefined;
    assert.ok(taken);
    const row = await untilRow(window, taken, 'the first one ended', ({ run }) => run?.status === 'stopped');
    assert.equal(row.label, 'third');
  });

  it('says so when a run that does not wait is to be moved', async () => {
    const reference = await start('train.py');
    const { said } = await silently(async () => command('moveUp', reference));
    assert.match(said[0]?.text ?? '', /does not wait in the queue/);
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
  });

  it('starts them when it goes on', async () => {
    await command('queueJobs', 2);
    await command('resumeQueue');
    await inOrder();
    for (const name of ['first', 'second', 'third']) {
      await until(
        `${name} has finished`,
        async () => {
          const all = await rows(window);
          return all.some(({ run }) => run?.name === name && run.status === 'finished');
        },
        60,
      );
    }
  });

  it('takes a finished run again, and tries a failed one again', async () => {
    await command('pauseQueue');
    const failed = await start('fails.py');
    await untilRow(window, failed, 'failed', ({ run }) => run?.status === 'failed');
    const again = (await command('queueAgain', failed)) as Reference;
    await until('it waits', async () => (await waiting()).length === 1);
    assert.notEqual(again.run, failed.run);
    const retried = (await command('retry', failed)) as Reference;
    await untilRow(window, retried, 'it was tried at once', ({ run }) => run?.status === 'failed');
  });

  it('is cleared after a question only', async () => {
    const { said } = await silently(async () => command('clearQueue'));
    const asked = said.find(({ buttons }) => buttons.includes('Clear Queue'));
    assert.equal(asked?.text, 'Take 1 run out of the queue?');
    assert.equal((await waiting()).length, 1);
    await answering(
      ({ buttons }) => buttons.find((button) => button === 'Clear Queue'),
      async () => command('clearQueue'),
    );
    await inOrder();
  });
});
