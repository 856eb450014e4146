import assert from 'node:assert/strict';
import type { RunNode, TreeNode } from '../../../src/window/experiments-tree.ts';
import { revealRun } from '../../../src/window/reveal-run.ts';
import { until } from '../../support/until.ts';

type Parts = Parameters<typeof revealRun>[1];

describe('the row of a run that was started', () => {
  const row = (id: string) => ({ kind: 'run', id, folder: '/digits', run: {} }) as unknown as RunNode;

  /** A view that refuses so many times, as VS Code does where it draws the tree anew, and a tree that has the row from a look on. */
  function window({ refusals = 0, there = 0, selection = [row('another')] as TreeNode[] }) {
    const asked: string[] = [];
    const seen = { selection, times: 0 };
    const view = {
      visible: true,
      get selection() {
        seen.times += 1;
        return seen.selection;
      },
      async reveal(node: RunNode) {
        asked.push(node.id);
        if (asked.length <= refusals) throw new Error('TreeError: Data tree node not found');
        seen.selection = [node];
      },
    };
    let looks = 0;
    const tree = { node: () => (looks++ >= there ? row('run') : undefined) };
    const experiments = { find: () => ({ experiment: 'x', group: null, parent: null }), open: async () => undefined };
    return {
      asked,
      seen,
      view,
      parts: { view, tree, experiments, backend: {}, log: () => undefined } as unknown as Parts,
    };
  }
  const reference = { folder: '/digits', run: 'run' };

  it('is selected, also where VS Code refuses many times because the tree is drawn anew', async () => {
    for (const refusals of [0, 2, 5]) {
      const { seen, parts } = window({ refusals });
      await revealRun(reference, parts);
      await until('it is selected', () => seen.selection[0]?.id === 'run');
    }
  });

  it('is selected where it comes late', async () => {
    const { seen, parts } = window({ there: 5 });
    await revealRun(reference, parts);
    await until('it is selected', () => seen.selection[0]?.id === 'run');
  });

  it('does not take the selection away from a row that a person has chosen meanwhile', async () => {
    const { asked, seen, parts } = window({ refusals: Number.POSITIVE_INFINITY });
    await revealRun(reference, parts);
    const [tries, times] = [asked.length, seen.times];
    seen.selection = [row('chosen')];
    await until('it looks at what is selected', () => seen.times > times);
    assert.deepEqual([asked.length, seen.selection[0]?.id], [tries, 'chosen']);
  });

  it('is left alone where nobody sees the view', async () => {
    const { asked, view, parts } = window({});
    view.visible = false;
    await revealRun(reference, parts);
    assert.deepEqual(asked, []);
  });
});
