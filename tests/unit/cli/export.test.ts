import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Playground, playground } from '../../support/cli.ts';
import { exit, journal, supervisor, supervisorOpen, writeRun } from '../../support/run-folders.ts';
import { showSchema } from './show-schema.ts';

const odd = 'val/“acc”, 1';

describe('trainyard export and import', () => {
  let here: Playground;
  let store: string;
  let id: string;

  beforeEach(async () => {
    here = playground();
    store = join(here.folder, '.trainyard');
    id = writeRun(store, { name: 'first' });
    supervisor(store, id, [supervisorOpen(id), exit({ code: 0 })]);
    const points = Array.from({ length: 3000 }, (_, step) => [step, step, 0, step === 7 ? 'NaN' : 1 / (step + 1)]);
    journal(store, id, [
      { kind: 'name', id: 0, name: 'loss' },
      { kind: 'name', id: 1, name: odd },
      { kind: 'params', t: 1, source: 'client', values: { lr: 0.1 } },
      ...points,
      [4000, 0, 1, -0.5],
    ]);
    mkdirSync(join(store, 'runs', id, 'artifacts'));
    writeFileSync(join(store, 'runs', id, 'artifacts', 'model.bin'), Buffer.from([0, 255, 10, 13]));
    symlinkSync('/etc/passwd', join(store, 'runs', id, 'artifacts', 'link'));
    await here.trainyard('note', id, 'kept');
    await here.trainyard('tag', id, 'team=vision');
    await here.trainyard('doctor');
  });
  afterEach(() => here.remove());

  const shown = async (...more: string[]) => {
    const { directory, ...rest } = showSchema.parse((await here.json('show', id, '--json', ...more)).value);
    assert.ok(directory.includes(id));
    return rest;
  };

  it('take runs to another store, whole, with what was said of them', async () => {
    assert.ok(readdirSync(join(store, 'runs', id)).some((name) => name.endsWith('.sealed')));
    const before = await shown();
    const exported = await here.json('export', 'first', '--out', 'out', '--json');
    assert.deepEqual([exported.code, exported.value], [0, { folder: join(here.folder, 'out'), runs: [id] }]);
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: join(here.folder, 'out') });
    const names = readdirSync(join(here.folder, 'out', 'runs', id));
    assert.ok(
      names.some((name) => /^journal-.*\.jsonl$/.test(name)) && !names.some((name) => name.endsWith('.sealed')),
    );
    assert.ok(!existsSync(join(here.folder, 'out', 'runs', id, 'artifacts', 'link')));
    const lines = readFileSync(join(here.folder, 'out', 'points', `${id}.csv`), 'utf8').split('\n');
    assert.deepEqual([lines.length, lines[0]], [3003, 'metric,step,time,value']);
    assert.match(lines.find((line) => line.startsWith('loss,7,')) ?? '', /,NaN$/);
    assert.match(lines.at(-2) ?? '', /^"val\/“acc”, 1",0,.*,-0\.5$/);
    const summary = JSON.parse(readFileSync(join(here.folder, 'out', 'summaries', `${id}.json`), 'utf8')) as object;
    assert.deepEqual(showSchema.parse(summary).params, { lr: 0.1 });

    const imported = await here.json('import', 'out', '--store', 'elsewhere/.trainyard', '--json');
    assert.deepEqual(imported.value, { imported: [{ id, name: 'first' }], unchanged: 0 });
    assert.deepEqual(await shown('--store', 'elsewhere/.trainyard'), before);
    assert.deepEqual([before.note, before.tags], ['kept', { team: 'vision' }]);
    for (const metric of ['loss', odd]) {
      const every = (...more: string[]) => here.trainyard('metrics', id, metric, '--json', ...more);
      const [were, are] = [await every(), await every('--store', 'elsewhere/.trainyard')];
      assert.ok(were.code === 0 && were.stdout === are.stdout, `${metric} is another after it was imported`);
    }
    const again = await here.trainyard('import', 'out', '--store', 'elsewhere/.trainyard');
    assert.match(again.stdout, /^0 imported, 1 here already\.$/m);
  });

  it('bring a deleted run back', async () => {
    const before = await shown();
    await here.trainyard('export', id, '--out', 'out');
    await here.trainyard('delete', id, '--yes');
    assert.equal((await here.trainyard('show', id)).code, 2);
    assert.equal((await here.trainyard('import', 'out')).code, 0);
    assert.deepEqual(await shown(), before);
    await here.trainyard('doctor', '--rebuild');
    assert.deepEqual(await shown(), before);
    await here.trainyard('delete', id, '--yes');
    assert.equal((await here.trainyard('show', id)).code, 2);
    assert.ok(!existsSync(join(store, 'runs', id)));
  });

  it('overwrite nothing, and name what is wrong', async () => {
    mkdirSync(join(here.folder, 'taken'));
    writeFileSync(join(here.folder, 'taken', 'mine.txt'), 'mine');
    const taken = await here.trainyard('export', id, '--out', 'taken');
    assert.deepEqual([taken.code, readdirSync(join(here.folder, 'taken'))], [2, ['mine.txt']]);
    assert.match(taken.stderr, /taken is not an empty folder/);
    assert.match((await here.trainyard('export', id)).stderr, /--out DIR/);
    assert.equal((await here.trainyard('export', 'nobody', '--out', 'out')).code, 2);
    assert.ok(!existsSync(join(here.folder, 'out')));
  });

  it('refuse what was changed on the way, and what leads outside', async () => {
    await here.trainyard('export', id, '--out', 'out');
    rmSync(join(store, 'runs', id), { recursive: true });
    await here.trainyard('doctor');
    const out = (...parts: string[]) => join(here.folder, 'out', ...parts);
    const refused = async (pattern: RegExp) => {
      const { stderr, code } = await here.trainyard('import', 'out');
      assert.match(stderr, pattern);
      assert.notEqual(code, 0);
      assert.deepEqual(readdirSync(join(store, 'runs')), []);
    };
    const model = out('runs', id, 'artifacts', 'model.bin');
    writeFileSync(model, Buffer.from([1, 255, 10, 13]));
    await refused(/model\.bin is not what was exported/);
    rmSync(model);
    await refused(/model\.bin cannot be imported: there is no such file/);
    symlinkSync('/etc/hostname', model);
    await refused(/model\.bin cannot be imported: it is a link/);
    const sums = readFileSync(out('SHA256SUMS'), 'utf8');
    writeFileSync(out('SHA256SUMS'), sums.replace(`runs/${id}/artifacts/model.bin`, `runs/${id}/../../../escaped`));
    await refused(/SHA256SUMS cannot be imported: line \d+ is no SHA-256 and path/);
    writeFileSync(out('SHA256SUMS'), sums);
    writeFileSync(out('export.json'), '{"version": 2}');
    await refused(/export\.json is not what was exported/);
  });

  it('takes from an exported folder no word about other runs', async () => {
    await here.trainyard('export', id, '--out', 'out');
    const other = writeRun(join(here.folder, 'elsewhere/.trainyard'), { name: 'other' });
    const path = join(here.folder, 'out', 'ops.jsonl');
    const record = { v: 1, t: 9e15, by: 'x' };
    for (const op of [
      { op: 'delete', run: other },
      { op: 'name', run: other, name: 'mine now' },
      { op: 'delete', run: id },
    ])
      writeFileSync(path, `\u001e${JSON.stringify({ ...record, ...op })}\n`, { flag: 'a' });
    const sums = join(here.folder, 'out', 'SHA256SUMS');
    const sum = execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);
    writeFileSync(sums, readFileSync(sums, 'utf8').replace(/^.{64}( {2}ops\.jsonl)$/m, `${sum}$1`));
    assert.equal((await here.trainyard('import', 'out', '--store', 'elsewhere/.trainyard')).code, 0);
    const runs = (await here.json('runs', '--store', 'elsewhere/.trainyard', '--json')).value as { name: string }[];
    assert.deepEqual(runs.map(({ name }) => name).sort(), ['first', 'other']);
  });
});
