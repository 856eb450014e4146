import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../../src/base/ids.ts';
import { splitRecords } from '../../../src/base/records.ts';
import { readFileRecord } from '../../../src/contract/file-record.ts';
import { journalRecord, parseMetricRecord } from '../../../src/contract/journal.ts';
import { codeState, runFile } from '../../../src/contract/run-file.ts';
import { supervisorRecord } from '../../../src/contract/supervisor-record.ts';
import { warningMessages } from '../../../src/contract/warnings.ts';
import { skipBecause } from '../../support/skip.ts';

const root = join(import.meta.dirname, '../../..');
const writer = join(root, 'tests/fixtures/journal-writer.pl');
const python = process.platform === 'win32' ? 'python' : 'python3';

const everyRecord = `
import trainyard, pathlib
trainyard.log(loss=0.5)
trainyard.log({"a": float("nan"), "b": -0.0, "\\ud800": 5e-324}, step=2**53)
trainyard.log(bad="text")
trainyard.params(lr=0.1, path=pathlib.Path("x"), thing=object(), nested={"a": [1, None, float("inf")]})
trainyard.tag(team="vision")
trainyard.artifact(__file__, name="../x.py")
trainyard.dataset(__file__)
raise ValueError("the end")
`;

describe('writers of the journal protocol', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps the example in docs/journal.md the one that is tested', () => {
    const doc = readFileSync(join(root, 'docs/journal.md'), 'utf8');
    assert.equal(/```perl\n([\s\S]*?)```/.exec(doc)?.[1], readFileSync(writer, 'utf8'));
  });

  it('accepts every example record of docs/journal.md', () => {
    const doc = readFileSync(join(root, 'docs/journal.md'), 'utf8');
    const examples = [...doc.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, lines]) =>
      (lines as string).trim().split('\n'),
    );
    const records = examples.map((line) => JSON.parse(line) as unknown);
    const ofFiles = records.filter((record) => /^(file|folder)$/.test((record as { kind?: string }).kind ?? ''));
    for (const record of ofFiles)
      assert.ok(readFileRecord(record) ?? supervisorRecord.safeParse(record).success, JSON.stringify(record));
    const kinds = records.filter((record) => !ofFiles.includes(record)).map(checked);
    const known = journalRecord.options.flatMap((option) => [...option.shape.kind.values] as string[]);
    assert.deepEqual([...new Set(kinds)].sort(), [...known, 'metrics'].sort());
  });

  it('accepts what the Perl writer writes', function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows comes without Perl');
    const run = join(folder, newId());
    mkdirSync(run);
    execFileSync('perl', [writer, run], { env: { ...process.env, TRAINYARD_RUN_DIR: '', TRAINYARD_RUN: '' } });
    const kinds = journalKinds(run);
    assert.equal(kinds.filter((kind) => kind === 'metrics').length, 13);
    assert.deepEqual([...new Set(kinds)].sort(), ['end', 'metrics', 'name', 'open', 'params', 'tag']);
  });

  it('accepts what Python writes for a run of its own', () => {
    writeFileSync(join(folder, 'script.py'), everyRecord);
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TRAINYARD'));
    const env = { ...Object.fromEntries(inherited), PYTHONPATH: join(root, 'python') };
    assert.throws(
      () => execFileSync(python, ['script.py'], { cwd: folder, env, stdio: 'pipe' }),
      /ValueError: the end/,
    );
    const [id, ...others] = readdirSync(join(folder, '.trainyard/runs'));
    assert.deepEqual(others, []);
    const run = join(folder, '.trainyard/runs', id as string);
    assert.equal(runFile.parse(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).id, id);
    codeState.parse(JSON.parse(readFileSync(join(run, 'code/state.json'), 'utf8')));
    const known = journalRecord.options.flatMap((option) => [...option.shape.kind.values] as string[]);
    const ofTheHook = ['seed'];
    const expected = known.filter((kind) => !ofTheHook.includes(kind));
    assert.deepEqual([...new Set(journalKinds(run))].sort(), [...expected, 'metrics'].sort());
  });
});

function journalKinds(run: string): string[] {
  const [name, ...others] = readdirSync(run).filter((file) => file.startsWith('journal-'));
  assert.deepEqual(others, []);
  const bytes = readFileSync(join(run, name as string));
  const { records, torn, consumed } = splitRecords(bytes);
  assert.deepEqual([torn, consumed], [[], bytes.length]);
  return records.map((record) => checked(JSON.parse(record.text)));
}

/** The kind of a record that the contract accepts. */
function checked(record: unknown): string {
  if (Array.isArray(record)) {
    assert.ok(parseMetricRecord(record), JSON.stringify(record));
    return 'metrics';
  }
  const parsed = journalRecord.parse(record);
  if (parsed.kind === 'warning') assert.ok(Object.hasOwn(warningMessages, parsed.code), parsed.code);
  return parsed.kind;
}
