import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shown, StoreFacts } from '../../../scripts/make-store-fixture.ts';
import { exactJson } from '../../../src/base/json.ts';
import { isoTime } from '../../../src/base/time.ts';
import { eventFileReader } from '../../../src/interop/index.ts';
import { openStore, removeIndex, type Store } from '../../../src/store/index.ts';
import { migrations, readVersion } from '../../../src/store/migrate.ts';
import { curves, ingest, listRuns, points, provideEventFileReader, runDetails } from '../../../src/tracking/index.ts';
import { runDocument } from '../../../src/tracking/run-document.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import { drivers } from '../../support/run-folders.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/stores');
const kept = readdirSync(fixtures).filter((name) => name.endsWith('.tar.gz'));
/** These came together with the one after them, so that no store ever had one of them alone. */
const neverLast = [1, 3, 4, 5];
const newest = migrations().at(-1)?.version ?? 0;

/** Until then, ranks logged the metrics of one name together. */
const ranksApart = 8;

describe('the store of an earlier version', () => {
  let folder: string;
  let store: Store | undefined;

  before(() => provideEventFileReader(eventFileReader));
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-old-store-')));
  });
  afterEach(() => {
    store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is kept of every version; scripts/make-store-fixture.ts makes one', () => {
    const missing = migrations().filter(
      ({ version }) => !neverLast.includes(version) && !kept.includes(named(version)),
    );
    assert.deepEqual(
      missing.map(({ version }) => version),
      [],
    );
  });

  for (const name of kept) {
    for (const driver of name === kept[0] ? drivers : drivers.slice(0, 1)) {
      it(`opens with ${driver}, and shows what it showed: ${name}`, async () => {
        const facts = unpack(name, folder);
        assert.equal(named(facts.schema), name);
        store = openStore(join(folder, '.trainyard'), { driver });
        assert.equal(readVersion(store.db).version, newest);
        await ingest(store);
        assertShown(store, facts);
        await ingest(store, { full: true });
        const found = shownBy(store);
        store.close();
        removeIndex(store.folder);
        store = openStore(store.folder, { driver });
        await ingest(store);
        assertShown(store, facts);
        for (const [table, rows] of Object.entries(shownBy(store)))
          assert.ok(exactJson(rows) === exactJson(found[table]), `${table} is another than when it is made anew`);
      });
    }

    it(`is shown in a window that is not trusted, and left as it is: ${name}`, async () => {
      const facts = unpack(name, folder);
      const before = content(folder);
      store = openStore(join(folder, '.trainyard'), { readOnly: true });
      await ingest(store);
      assertShown(store, facts);
      store.close();
      assert.deepEqual(content(folder), before);
    });
  }
});

/** Seconds since 1970: what another machine wrote a moment ago may still be written. */
const longAgo = 1_790_000_000;

const named = (version: number) => `${String(version).padStart(4, '0')}.tar.gz`;

/** Unpacks a store, and answers what was said of it, as if it had always lain there. */
function unpack(name: string, folder: string): StoreFacts {
  execFileSync('tar', ['-xzf', join(fixtures, name), '-C', folder]);
  for (const path of filesOf(folder)) utimesSync(path, longAgo, longAgo);
  const text = readFileSync(join(folder, 'facts.json'), 'utf8');
  const { folder: was } = JSON.parse(text) as StoreFacts;
  return JSON.parse(
    text.replaceAll(JSON.stringify(was).slice(1, -1), JSON.stringify(folder).slice(1, -1)),
  ) as StoreFacts;
}

function assertShown(store: Store, facts: StoreFacts): void {
  const all = listRuns(store, { archived: true }).runs.map(({ name }) => name);
  assert.deepEqual(all.sort(), Object.keys(facts.runs).sort());
  for (const [name, was] of Object.entries(facts.runs)) {
    const now = JSON.parse(exactJson(runDocument(runDetails(store, was.id)))) as typeof was;
    const ranks = name === 'processes' && facts.schema < ranksApart;
    assertKept(name, { ...was, ...(was.status === 'running' && ofLive(now)), ...(ranks && { metrics: {} }) }, now);
    for (const [metric, recorded] of Object.entries(facts.points[name] ?? {})) {
      const parts = ranks && metric === 'loss' ? ['loss', 'rank1/loss'] : [metric];
      const found = parts.flatMap((part) => pointsOf(store, was.id, part));
      const wanted = (recorded as { points: unknown[] }).points;
      assert.deepEqual(sorted(found), sorted(wanted), `${name}: ${metric}`);
      const drawn = curves(store, was.id, { names: parts, buckets: 10 });
      assert.equal(
        drawn.reduce((sum, { count }) => sum + count, 0),
        wanted.length,
      );
    }
    const log = (stream: string) => join(store.folder, 'runs', was.id, `${stream}.log`);
    if (name === 'own') continue;
    const { stdout, stderr } = facts.output[name] as { stdout: string; stderr: string };
    assert.deepEqual([readFileSync(log('stdout'), 'utf8')], [stdout]);
    assert.equal(readFileSync(log('stderr'), 'utf8').includes('ValueError'), stderr.includes('ValueError'));
  }
  assert.throws(() => runDetails(store, facts.deleted), { code: 'run-missing' });
}

/** All rows, without the notes of what was read of each file, which earlier versions made otherwise. */
function shownBy(store: Store): ReturnType<typeof dumpIndex> {
  const rows = dumpIndex(store.db);
  return { ...rows, files: (rows.files ?? []).map((file) => ({ ...(file as object), facts: '' })) };
}

/** Nobody looks after the run that was going on when the store was copied. A reader alone believes an index that is up to date. */
function ofLive({ status, ended, durationMs }: Shown): Partial<Shown> {
  assert.ok(status === 'lost' || status === 'running', status);
  return { status, ended, durationMs };
}

const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

function pointsOf(store: Store, id: string, metric: string): unknown[] {
  const { steps, times, values } = points(store, id, metric);
  return [...steps].map((step, index) =>
    JSON.parse(exactJson([step, isoTime(times[index] as number), values[index] as number])),
  );
}

/** Everything that was said is still said; more may be. */
function assertKept(path: string, was: unknown, now: unknown): void {
  if (typeof was !== 'object' || was === null) {
    assert.deepEqual([path, now], [path, was]);
    return;
  }
  if (Array.isArray(was)) assert.equal((now as unknown[] | undefined)?.length, was.length, path);
  for (const [key, value] of Object.entries(was)) {
    assertKept(`${path}.${key}`, value, (now as Record<string, unknown> | null | undefined)?.[key]);
  }
}

function content(folder: string): Record<string, string> {
  return Object.fromEntries(filesOf(folder).map((path) => [path, readFileSync(path, 'base64')]));
}

function filesOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
