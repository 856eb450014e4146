import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reproduction } from '../../src/contract/reproduction.ts';
import type { WindowParts } from '../../src/extension.ts';
import { activate, command, rows, start, untilRow, workspaceFolder } from './support/window.ts';

describe('reproducing a run from the window', () => {
  let window: WindowParts;
  before(async () => {
    window = await activate();
    write('1.5');
    const lines = [
      'import pathlib, trainyard',
      'trainyard.log({"loss": float(pathlib.Path("factor.csv").read_text())})',
    ];
    writeFileSync(join(workspaceFolder(), 'factor.py'), `${lines.join('\n')}\n`);
  });

  const write = (factor: string) => writeFileSync(join(workspaceFolder(), 'factor.csv'), factor);
  const reproduce = async (reference: object) => (await command('reproduce', reference)) as Reproduction;

  it('answers the verdict, and shows the second run in the tree', async () => {
    const reference = await start('factor.py', { name: 'to reproduce' });
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    const same = await reproduce(reference);
    assert.deepEqual([same.run, same.same, same.cause], [reference.run, true, null]);
    const again = { folder: reference.folder, run: same.reproduced };
    await untilRow(window, again, 'finished too', ({ run }) => run?.status === 'finished');
    const second = (await rows(window)).find(({ run }) => run?.id === same.reproduced);
    assert.equal(second?.label, 'to reproduce (reproduced)');
    write('1.6');
    const other = await reproduce(reference);
    assert.deepEqual(
      [other.same, other.cause?.kind, other.cause?.name],
      [false, 'data', join(workspaceFolder(), 'factor.csv')],
    );
  });
});
