import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { harmlessLines } from '../../../src/cli/harmless.ts';
import { csvText } from '../../../src/contract/csv-text.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { hostileTexts, unsafeForTerminals } from '../../support/hostile-texts.ts';
import {
  append,
  exit,
  journal,
  record,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

describe('texts that want to be more, on the command line', () => {
  let here: Playground;
  let store: string;
  const texts = Object.values(hostileTexts);
  const own = (value: unknown) =>
    JSON.parse(`{${texts.map((text) => `${JSON.stringify(text)}:${JSON.stringify(value)}`)}}`);
  before(() => {
    here = playground();
    store = join(here.folder, '.trainyard');
    for (const text of texts) {
      const id = writeRun(store, {
        name: text,
        experiment: text,
        group: text,
        target: { kind: 'program', argv: [text, text] },
        args: [text],
        command: [text, text],
        cwd: text,
        interpreter: text,
        env: own(text),
        tags: own(text),
        user: text,
      });
      journal(store, id, [
        ...texts.flatMap((name, at) => [
          { kind: 'name', id: at, name },
          [at, 1, at, 0.5],
          [at, 2, at, 'NaN'],
          { kind: 'params', t: at, source: name, values: Object.fromEntries([[name, text]]) },
          { kind: 'tag', t: at, key: name, value: text },
          { kind: 'artifact', t: at, name, type: text, path: name, sha256: text, bytes: 1 },
          { kind: 'dataset', t: at, name, path: text, sha256: text, bytes: 1, shape: [1], type: text },
          { kind: 'seed', t: at, source: name, value: text },
          { kind: 'warning', t: at, code: name, params: Object.fromEntries([[name, text]]) },
          { kind: 'warning', t: at, code: 'metric-not-a-number', params: { name, value: text } },
          { kind: 'environment', t: at, python: text, packages: Object.fromEntries([[name, text]]) },
        ]),
        {
          kind: 'exception',
          t: 9,
          type: text,
          message: text,
          file: text,
          line: 1,
          traceback: `File "${text}", line 1\n${text}`,
          locals: [
            { function: text, file: text, line: 1, variables: [{ name: text, type: text, value: text }], omitted: 1 },
          ],
        },
      ]);
      const file = { access: 'read', bytes: 1, modified: 1, sha256: null, sampled: false, changed: false, files: null };
      supervisor(store, id, [
        { ...supervisorOpen(id), os: text, cpu: text },
        { kind: 'gpus', t: runStart, gpus: [{ name: text, memoryBytes: 1 }] },
        {
          kind: 'file',
          t: runStart,
          ...file,
          path: `/x/${text}`,
          problem: null,
          format: text,
          kept: null,
          by: text,
          what: 'data',
        },
        exit({ code: 1 }),
      ]);
      append(store, id, 'stdout.log', `${text}\n`);
      append(store, id, 'stderr.log', `${text}\n`);
      for (const op of [
        { op: 'note', note: text },
        { op: 'tag', key: text, value: text },
      ]) {
        append(store, id, '../../mallory.jsonl', record({ v: 1, t: runStart, by: text, run: id, ...op }));
      }
    }
  });
  after(() => here.remove());

  const worst = [hostileTexts.escape, hostileTexts.direction, hostileTexts.hidden].join('');
  const commands: string[][] = [
    ['runs'],
    ['show', 'latest'],
    ['metrics', 'latest'],
    ['compare', 'latest', hostileTexts.proto],
    ['anomalies'],
    ['doctor'],
    ['queue'],
    ['log', 'latest', '--stream', 'nonsense'],
    ['show', worst],
    ['metrics', 'latest', worst],
    ['runs', '--filter', worst],
    ['run', worst],
    ['rerun', worst],
    ['tag', worst, worst],
    ['export', 'latest', '--out', worst],
    ['import', worst],
    [worst],
  ];

  it('are nothing but text, whatever is asked', async () => {
    for (let at = 0; at < commands.length; at += 4) {
      await Promise.all(
        commands.slice(at, at + 4).map(async (command) => {
          const { stdout, stderr } = await here.trainyard(...command);
          for (const text of [stdout, stderr]) {
            const found = unsafeForTerminals.exec(text);
            const around = found && JSON.stringify(text.slice(Math.max(0, found.index - 80), found.index + 20));
            assert.equal(around, null, command.join(' '));
          }
        }),
      );
    }
  });

  it('come through JSON as they are', async () => {
    const { value } = await here.json('runs', '--json');
    const names = (value as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names.sort(), [...texts].sort());
    const { stdout } = await here.trainyard('runs', '--json');
    assert.equal(unsafeForTerminals.exec(stdout), null);
  });

  it('run nothing in a spreadsheet', async () => {
    for (const [text, cell] of [
      ['=1+1', "'=1+1"],
      ['+1', "'+1"],
      ['-1', "'-1"],
      ['@SUM(A1)', "'@SUM(A1)"],
      ['\t=1', "'\t=1"],
      ['\r=1', '"\'\r=1"'],
      ['＝1', "'＝1"],
      ['=1,"a"', '"\'=1,""a"""'],
      ['loss', 'loss'],
      ['a=b', 'a=b'],
      ['', ''],
    ] as const) {
      assert.equal(csvText(text), cell);
    }
    const { stdout } = await here.trainyard('metrics', 'latest', '--csv');
    assert.deepEqual(stdout.match(/^"?[=+\-@].*/gm), null);
    const folder = join(here.folder, 'out');
    assert.equal((await here.trainyard('export', 'latest', '--out', folder)).code, 0);
    const [{ id }] = (await here.json('runs', '--json', '--limit', '1')).value as [{ id: string }];
    const points = readFileSync(join(folder, 'points', `${id}.csv`), 'utf8');
    assert.deepEqual(points.match(/^"?[=+\-@].*/gm), null);
  });

  it('keep the colours and the progress bars of a foreign run, and nothing else, on a terminal', () => {
    const bar = '\u001b[32m 50%\u001b[0m\r100%\u001b[K\n\u001b[A\u001b[1A\b';
    assert.equal(harmlessLines(bar, { keep: 'progress' }), bar);
    for (const text of texts) {
      const kept = harmlessLines(text, { keep: 'progress' }).replaceAll('\r', '').replaceAll('\b', '');
      assert.equal(unsafeForTerminals.exec(kept), null);
    }
    for (const text of ['\u001b[2J', '\u001b[99A', '\u001b[5;5H', '\u001b]0;x\u0007', '\u001bP+q\u001b\\', '\u001bc']) {
      assert.ok(!harmlessLines(text, { keep: 'progress' }).includes('\u001b'), JSON.stringify(text));
    }
  });
});
