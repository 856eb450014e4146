import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepSealing } from '../../../src/backend/sealing.ts';
import { openStore } from '../../../src/store/index.ts';
import { ingest, points } from '../../../src/tracking/index.ts';
import {
  exit,
  journal,
  makeStore,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';
import { until } from '../../support/until.ts';

describe('the sealing of a window', () => {
  it('seals what ends while the store is open, tells of it, and goes on after what cannot be sealed', async () => {
    const place = makeStore();
    const store = openStore(place.store);
    const told: Record<string, unknown>[] = [];
    const log = (_level: string, event: string, details?: Record<string, unknown>) => told.push({ event, ...details });
    const sealing = keepSealing(store, log, { every: 5, rest: 0, age: 0 });
    try {
      const finish = () => {
        const run = writeRun(place.store);
        supervisor(place.store, run, [supervisorOpen(run), exit()]);
        const values = Array.from({ length: 3000 }, (_, step) => [step * 9, step, 0, Math.sin(step)]);
        return { run, file: journal(place.store, run, [{ kind: 'name', id: 0, name: 'loss' }, ...values]) };
      };
      const sealedOf = ({ run, file }: { run: string; file: string }) =>
        join(place.store, 'runs', run, file.replace('.jsonl', '.sealed'));
      const first = finish();
      const blocked = finish();
      // A sealed journal that cannot be read, because it is a folder.
      mkdirSync(sealedOf(blocked));
      await ingest(store);
      await until('one is sealed', () => told.some(({ run }) => run === first.run));
      await until('the other is told of', () => told.some(({ run }) => run === blocked.run));
      const third = finish();
      await ingest(store);
      await until('what came later is sealed', () => told.some(({ run }) => run === third.run));
      assert.deepEqual(
        told.map(({ event, run }) => [event, run]),
        [
          ['journal-sealed', first.run],
          ['journal-not-sealed', blocked.run],
          ['journal-sealed', third.run],
        ],
      );
      assert.equal(points(store, third.run, 'loss').values.length, 3000);
    } finally {
      sealing.close();
      store.close();
      removeStore(place);
    }
  });
});
