import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { array, assert, constantFrom, integer, nat, property, tuple } from 'fast-check';
import { blockHeight, chartColumnsIn, chartSections, sectionHeight } from '../../../webview/run/chart-blocks.ts';

describe('the blocks of charts', () => {
  function grouped(names: readonly string[]): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const name of names) {
      const group = name.slice(0, Math.max(0, name.indexOf('/')));
      groups.set(group, [...(groups.get(group) ?? []), name]);
    }
    return groups;
  }

  it('hold every metric once, group by group, and none holds too many', () => {
    const names = array(tuple(constantFrom('', 'a/', 'b/', 'c/'), nat(400)), { maxLength: 400 }).map((parts) => [
      ...new Set(parts.map(([group, number]) => `${group}m${number}`)),
    ]);
    assert(
      property(names, (all) => {
        const sections = chartSections(grouped(all));
        const groups = sections.flatMap((section) => section.groups);
        deepStrictEqual(
          groups.map(({ name, blocks }) => [name, blocks.flatMap((block) => block.names)]),
          [...grouped(all)],
        );
        ok(groups.every(({ count, blocks }) => count === blocks.reduce((sum, { names }) => sum + names.length, 0)));
        ok(groups.every(({ blocks }) => blocks.every(({ names }) => names.length <= 60)));
        const keys = [...sections, ...groups.flatMap(({ blocks }) => blocks)].map(({ key }) => key);
        strictEqual(new Set(keys).size, keys.length);
      }),
    );
  });

  it('gather small groups, and leave a large one by itself', () => {
    const small = Array.from({ length: 30 }, (_, layer) => `layer${layer}/loss`);
    deepStrictEqual(
      chartSections(grouped(small)).map(({ groups }) => groups.length),
      [12, 12, 6],
    );
    const large = Array.from({ length: 100 }, (_, metric) => `big/m${metric}`);
    deepStrictEqual(
      chartSections(grouped(['a/x', ...large, 'b/y'])).map(({ groups }) => groups.map(({ name }) => name)),
      [['a'], ['big'], ['b']],
    );
  });

  it('are as high as their rows, and a closed group as high as its heading', () => {
    const [section] = chartSections(grouped(['a/x', 'a/y', 'a/z']));
    ok(section);
    const [open, closed] = [sectionHeight(section, 1, []), sectionHeight(section, 1, ['a'])];
    strictEqual(open - closed, blockHeight({ key: '', names: ['a/x', 'a/y', 'a/z'] }, 1));
    ok(sectionHeight(section, 3, []) < sectionHeight(section, 2, []));
    assert(
      property(integer({ min: 1, max: 10_000 }), (width) => {
        const columns = chartColumnsIn(width);
        ok(columns === 1 || columns * 300 + (columns - 1) * 14 <= width);
        ok((columns + 1) * 300 + columns * 14 > width);
      }),
    );
  });
});
