import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunImport } from '../../src/contract/export.ts';
import type { StoreReport } from '../../src/contract/store-report.ts';
import type { WindowParts } from '../../src/extension.ts';
import { until } from '../support/until.ts';
import {
  activate,
  answering,
  command,
  type Reference,
  rowOf,
  start,
  untilRow,
  workspaceFolder,
} from './support/window.ts';

describe('runs that leave the window and come back', () => {
  let window: WindowParts;
  let away: string;
  let first: Reference;
  let second: Reference;

  before(async () => {
    window = await activate();
    away = mkdtempSync(join(tmpdir(), 'trainyard-away-'));
    first = await start('train.py', { name: 'goes away' });
    second = await start('train.py', { name: 'goes along' });
    for (const one of [first, second]) {
      await untilRow(window, one, 'finished', ({ run }) => run?.status === 'finished');
    }
  });

  after(() => rmSync(away, { recursive: true, force: true }));

  const nodeOf = ({ folder, run }: Reference) => {
    const node = window.tree.node(folder, run);
    assert.ok(node);
    return node;
  };
  const choosing = async <Result>(folder: string, action: () => Promise<Result>) => {
    const original = Object.getOwnPropertyDescriptor(vscode.window, 'showOpenDialog');
    const value = async () => [vscode.Uri.file(folder)];
    Object.defineProperty(vscode.window, 'showOpenDialog', { value, configurable: true, writable: true });
    try {
      return await answering(() => undefined, action);
    } finally {
      if (original) Object.defineProperty(vscode.window, 'showOpenDialog', original);
    }
  };

  it('are exported together from the tree into a new folder, deleted, and imported', async () => {
    writeFileSync(join(away, 'something else'), '');
    const nodes = [nodeOf(first), nodeOf(second)];
    const { result, said } = await choosing(away, async () => command('exportRuns', nodes[0], nodes));
    const folder = String(result);
    assert.match(folder, /trainyard-runs-\d{4}-\d\d-\d\d$/);
    assert.deepEqual(
      said.map(({ text, buttons }) => [text, buttons]),
      [[`2 runs were exported to ${folder}.`, ['Open Folder']]],
    );
    assert.deepEqual(readdirSync(join(folder, 'runs')).sort(), [first.run, second.run].sort());
    assert.match(readFileSync(join(folder, 'points', `${first.run}.csv`), 'utf8'), /^metric,step,time,value\n/);

    await answering(
      ({ buttons }) => buttons[0],
      async () => command('delete', nodes[0], nodes),
    );
    await until('they are gone', async () => !(await rowOf(window, first)) && !(await rowOf(window, second)));
    const back = await choosing(folder, async () => (await command('importRuns')) as RunImport);
    assert.deepEqual(
      back.said.map(({ text }) => text),
      ['Runs imported: 2; here already: 0.'],
    );
    const row = await untilRow(window, first, 'it is back', () => true);
    assert.deepEqual([row.label, row.run?.status], ['goes away', 'finished']);
  });

  it('are exported to where a caller says, and nothing is overwritten', async () => {
    const path = join(away, 'one');
    const { said } = await answering(
      () => undefined,
      async () => {
        await command('exportRuns', first, { path });
        await command('exportRuns', first, { path });
      },
    );
    assert.deepEqual(
      said.map(({ text }) => text.split(' Name a folder')[0]),
      [`1 run was exported to ${path}.`, `${path} is not an empty folder.`],
    );
  });

  it('are named as what they are where the folder holds none', async () => {
    mkdirSync(join(away, 'empty'));
    const { said } = await answering(
      () => undefined,
      async () => command('importRuns', vscode.Uri.file(join(away, 'empty'))),
    );
    assert.match(
      said[0]?.text ?? '',
      /empty holds no exported runs: there is no export\.json in it\. Choose the folder/,
    );
  });

  it('are not exported while they run', async () => {
    const running = await start('endless.py');
    await untilRow(window, running, 'running', ({ run }) => run?.status === 'running');
    const { said } = await answering(
      () => undefined,
      async () => {
        await command('exportRuns', running, { path: join(away, 'early') });
        const nodes = [nodeOf(first), nodeOf(running)];
        await choosing(away, async () => command('exportRuns', nodes[0], nodes)).then((inner) => {
          assert.match(inner.said[0]?.text ?? '', /1 run was exported.*Left out, because they have not ended: 1\./);
        });
        await command('stop', running);
      },
    );
    assert.match(said[0]?.text ?? '', /is still running\. Stop it first/);
    assert.ok(!existsSync(join(away, 'early')));
  });

  it('are checked in the window, with a report that names what is wrong', async () => {
    const sound = await answering(
      () => undefined,
      async () => (await command('checkStore')) as StoreReport,
    );
    assert.match(sound.said[0]?.text ?? '', /^The store was checked\. Runs: \d+; running: \d+\. Nothing is wrong\.$/);
    assert.deepEqual(sound.said[0]?.buttons, ['Show Report']);

    const file = join(workspaceFolder(), '.trainyard', 'runs', second.run, 'supervisor.jsonl');
    const content = readFileSync(file);
    writeFileSync(file, Buffer.concat([content, Buffer.from('\u001enot a record\n')]));
    let told = '';
    const { result } = await answering(
      ({ text }) => {
        told = text;
        return undefined;
      },
      async () => {
        const report = (await command('rebuildIndex')) as StoreReport;
        await until('it is told', () => told !== '');
        return report;
      },
    );
    assert.equal(told, '1 problem was found in the store.');
    assert.equal(result.rebuilt, true);
    assert.deepEqual(
      result.problems.map(({ run, code }) => [run, code]),
      [[second.run, 'journal-damaged']],
    );
    const report = vscode.window.activeTextEditor?.document;
    assert.equal(report?.uri.scheme, 'trainyard-report');
    const text = report?.getText() ?? '';
    assert.match(text, /1 problem was found in the store\./);
    assert.match(
      text,
      new RegExp(`✗ goes along \\(${second.run}\\)\n +runs/.*/supervisor\\.jsonl has \\d+ unreadable bytes`),
    );
    const row = await untilRow(window, first, 'the index has it again', () => true);
    assert.equal(row.run?.status, 'finished');
    writeFileSync(file, content);
  });
});
