import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TreeRow } from '../../src/contract/tree.ts';
import type { WindowParts } from '../../src/extension.ts';
import { exit, journal, runStart, supervisor, supervisorOpen, writeRun } from '../support/run-folders.ts';
import { until } from '../support/until.ts';
import { activate, answering, command, complaints, type Reference, rows, workspaceFolder } from './support/window.ts';

/** Runs that were never run, in an experiment of their own, which a filter shows alone. */
describe('the tree', () => {
  let window: WindowParts;
  const store = join(workspaceFolder(), '.trainyard');
  const ids = new Map<string, string>();
  const only = 'experiment = tree';

  const write = (name: string, loss: number, more: { group?: string; parent?: string } = {}) => {
    const created = runStart + ids.size * 1_000_000;
    const id = writeRun(store, { name, experiment: 'tree', created, ...more });
    supervisor(store, id, [{ ...supervisorOpen(id), t: created }, exit({ code: 0, t: created + 5_000_000 })]);
    journal(store, id, [{ kind: 'params', t: 1, source: 'client', values: { model: loss > 1 ? 'big' : 'small' } }]);
    journal(store, id, [{ kind: 'name', id: 0, name: 'loss' }, [1, 0, 0, loss]], { start: created });
    ids.set(name, id);
    return id;
  };
  const reference = (name: string): Reference => ({ folder: workspaceFolder(), run: ids.get(name) ?? '' });

  /** The rows as VS Code shows them: what is folded stays folded. */
  const shown = async (): Promise<string[]> => {
    const { tree } = window;
    const below = async (nodes: Awaited<ReturnType<typeof tree.getChildren>>, depth: string): Promise<string[]> => {
      const lists = await Promise.all(
        (nodes ?? []).map(async (node) => {
          const { label, collapsibleState } = await tree.getTreeItem(node);
          const open = collapsibleState === vscode.TreeItemCollapsibleState.Expanded;
          return [depth + label, ...(open ? await below(await tree.getChildren(node), `${depth}  `) : [])];
        }),
      );
      return lists.flat();
    };
    return below(await tree.getChildren(), '');
  };
  const nodeOf = async (label: string) => {
    for (const node of (await window.tree.getChildren()) ?? []) {
      if ((await window.tree.getTreeItem(node)).label === label) return node;
    }
    throw new Error(`There is no row ${label}.`);
  };

  before(async () => {
    window = await activate();
    for (let index = 0; index < 120; index++) write(`t${index}`, index / 100);
    const outer = write('outer', 3, { group: 'sweep' });
    write('inner', 4, { parent: outer, group: 'sweep' });
    await until('all are there', async () => {
      await command('filterRuns', `${only} and name = inner`);
      return (await shown()).length > 0;
    });
  });

  after(async () => {
    await command('clearFilter');
    await command('groupBy', 'experiment');
    await command('sortBy', '');
    for (const id of ids.values()) rmSync(join(store, 'runs', id), { recursive: true, force: true });
  });

  it('names a page of runs, and more when it is asked', async () => {
    await command('filterRuns', `${only} and not group`);
    const first = await shown();
    assert.deepEqual([first[0], first[1], first.length], ['tree', '  t119', 52]);
    assert.equal(first.at(-1), '  Show more (70)');
    const group = await nodeOf('tree');
    const more = ((await window.tree.getChildren(group)) ?? []).at(-1);
    assert.ok(more);
    const { command: action } = await window.tree.getTreeItem(more);
    assert.ok(action);
    await vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
    const all = await shown();
    assert.deepEqual([all.length, all.at(-2), all.at(-1)], [102, '  t20', '  Show more (20)']);
  });

  it('says where a filter is wrong, and keeps what it showed', async () => {
    await command('filterRuns', `${only} and name = t7`);
    const said = await complaints(async () => command('filterRuns', 'metrics.loss <'));
    assert.match(said[0] ?? '', /wrong at character 15/);
    assert.deepEqual(await shown(), ['tree', '  t7']);
  });

  it('looks for plain words', async () => {
    await command('filterRuns', 'tree t11 small');
    assert.deepEqual(await shown(), ['tree', '  t11']);
    await command('filterRuns', 'tree no-such-word');
    assert.deepEqual(await shown(), []);
    await command('clearFilter');
    assert.ok((await shown()).includes('tree'));
  });

  it('sorts everything by a metric', async () => {
    await command('filterRuns', `${only} and metrics.loss >= 1.17`);
    await command('sortBy', 'metrics.loss:asc');
    assert.deepEqual(await shown(), ['tree', '  t117', '  t118', '  t119', '  sweep', '    outer']);
    await command('sortBy', 'metrics.loss:desc');
    assert.deepEqual(await shown(), ['tree', '  sweep', '    outer', '  t119', '  t118', '  t117']);
    await command('sortBy', '');
  });

  it('groups, and shows runs below those that started them', async () => {
    await command('filterRuns', `${only} and (group or name = t1)`);
    await command('groupBy', 'params.model');
    assert.deepEqual(await shown(), ['model = big', '  outer', 'model = small', '  t1']);
    const big = await nodeOf('model = big');
    const [outer] = (await window.tree.getChildren(big)) ?? [];
    assert.ok(outer);
    const inside = (await window.tree.getChildren(outer)) ?? [];
    assert.deepEqual(await Promise.all(inside.map(async (node) => (await window.tree.getTreeItem(node)).label)), [
      'inner',
    ]);
    assert.equal((await window.tree.getTreeItem(big)).description, '2 runs');
    assert.ok(inside[0]);
    assert.equal(await window.tree.getParent?.(inside[0]), outer);
    await command('groupBy', 'none');
    assert.deepEqual(await shown(), ['outer', '  inner', 't1']);
    const said = await complaints(async () => command('groupBy', 'colour'));
    assert.match(said[0] ?? '', /cannot be grouped by colour/);
    assert.deepEqual(await shown(), ['outer', '  inner', 't1']);
    await command('groupBy', 'experiment');
  });

  it('forgets rows that are gone', async () => {
    await command('filterRuns', `${only} and name = t3`);
    assert.ok(window.tree.node(workspaceFolder(), ids.get('t3') ?? ''));
    await command('filterRuns', `${only} and name = t4`);
    assert.equal(window.tree.node(workspaceFolder(), ids.get('t3') ?? ''), undefined);
  });

  it('draws only what changed', async () => {
    await command('filterRuns', `${only} and (name = t5 or name = t6)`);
    await shown();
    const drawn: unknown[] = [];
    const listening = window.tree.onDidChangeTreeData?.((nodes) => drawn.push(nodes));
    try {
      await command('star', reference('t5'));
      await until('it is drawn', () => drawn.length > 0);
      const nodes = drawn.flat().map((node) => labelOf(node));
      assert.deepEqual([...new Set(nodes)], ['t5']);
    } finally {
      listening?.dispose();
      await command('unstar', reference('t5'));
    }
  });

  it('takes back a name, a note, a tag and a star, the last first', async () => {
    await command('filterRuns', `${only} and (name = t8 or name = other)`);
    const one = reference('t8');
    const run = async () => (await rows(window)).find(({ run }) => run?.id === one.run)?.run;
    await command('rename', one, { name: 'other' });
    await command('editNote', one, { note: 'a note' });
    await command('addTag', one, { key: 'kind', value: 'trial' });
    await command('star', one);
    const changed = await run();
    assert.deepEqual([changed?.name, changed?.tags, changed?.starred], ['other', { kind: 'trial' }, true]);
    await command('undo');
    assert.equal((await run())?.starred, false);
    await command('undo');
    assert.deepEqual((await run())?.tags, {});
    assert.equal(await matching('note = "a note"'), 1);
    await command('undo');
    assert.equal(await matching('note = "a note"'), 0);
    await command('filterRuns', `${only} and (name = t8 or name = other)`);
    await command('undo');
    assert.equal((await run())?.name, 't8');
  });

  it('changes all runs of a group at once, and takes that back from the message', async () => {
    await command('filterRuns', `${only} and not group`);
    const group = await nodeOf('tree');
    const { said } = await answering(
      ({ buttons }) => buttons.find((button) => button === 'Undo'),
      async () => {
        await command('archive', group, [group]);
        await until('taken back', async () => (await shown()).length > 50);
      },
    );
    assert.deepEqual(
      said.map(({ text, buttons }) => [text, buttons]),
      [['Archived: 120 runs.', ['Undo']]],
    );
  });

  it('deletes several after one question, which says how many and how much', async () => {
    await command('filterRuns', `${only} and name in (t20, t21)`);
    const nodes = (await window.tree.getChildren(await nodeOf('tree'))) ?? [];
    assert.equal(nodes.length, 2);
    const { said } = await answering(
      ({ buttons }) => buttons.find((button) => button === 'Delete'),
      async () => command('delete', nodes[0], nodes),
    );
    assert.deepEqual(said[0]?.text, 'Delete 2 runs?');
    assert.match(said[0]?.detail ?? '', /\d (k?B), are deleted.*cannot be undone/);
    assert.deepEqual(await shown(), []);
    for (const name of ['t20', 't21']) assert.ok(!existsSync(join(store, 'runs', ids.get(name) ?? '')));
  });

  async function matching(filter: string): Promise<number> {
    await command('filterRuns', `${only} and ${filter}`);
    return (await shown()).filter((line) => line.startsWith('  ')).length;
  }
});

function labelOf(node: unknown): unknown {
  const { run, group } = node as { run?: TreeRow; group?: TreeRow };
  return (run ?? group)?.name;
}
