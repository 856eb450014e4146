import { isoTime, nowMicros } from '../base/time.ts';
import { fault } from '../contract/errors.ts';
import type { QueuedRun, QueueState } from '../contract/queue.ts';
import { mostJobs } from '../contract/queue-limits.ts';
import { warningText } from '../contract/warning-text.ts';
import { chooseStore, createStore } from '../project/index.ts';
import { findRun, type Store } from '../store/index.ts';
import {
  clearable,
  clearQueue,
  ingest,
  keepQueueGoing,
  moveQueued,
  queueState,
  runDetails,
  setPaused,
  writeJobs,
} from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { confirmed } from './confirmed.ts';
import { age } from './format.ts';
import { harmless } from './harmless.ts';
import { usage } from './parse.ts';
import { nothingMore, runId } from './references.ts';
import { existingStore, isFresh, openFor, openToWrite } from './stores.ts';
import { type Cell, table } from './table.ts';
import { canAsk, print, printJson, width } from './terminal.ts';

type Part = (invocation: Invocation, operands: string[]) => Promise<number>;

export async function run(invocation: Invocation): Promise<number> {
  const [name = 'list', ...operands] = invocation.operands;
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (!part) throw usage('queue', `There is no “queue ${name}”.`);
  if (name !== 'clear' && switched(invocation, 'yes')) throw usage('queue', '--yes is for “queue clear”.');
  return part(invocation, operands);
}

const parts: Record<string, Part> = {
  list,
  clear,
  jobs,
  pause: (invocation, operands) => pause(invocation, operands, true),
  resume: (invocation, operands) => pause(invocation, operands, false),
  move,
};

const nothing: QueueState = { jobs: 1, paused: false, running: [], waiting: [] };

async function list(invocation: Invocation, operands: string[]): Promise<number> {
  nothingMore('queue', operands);
  const isNew = isFresh(invocation);
  const store = isNew ? undefined : await openFor(invocation);
  try {
    const state = store ? queueState(store.folder) : nothing;
    const running = state.running.map((id) => ({ id, name: store ? nameOf(store, id) : id }));
    const { jobs, paused, waiting } = state;
    if (invocation.json) printJson({ jobs, paused, running, waiting: waiting.map(document) });
    else print(lines(state, running).join('\n'));
    return 0;
  } finally {
    store?.close();
  }
}

/** One that was just started may not be in the index yet. */
function nameOf(store: Store, id: string): string {
  return findRun(store.db, id)?.name ?? id;
}

function document({ key, run, added, problem, ...row }: QueuedRun) {
  const time = added === null ? null : isoTime(added);
  return { entry: key, id: run, ...row, added: time, problem: problem && warningText(problem) };
}

function lines({ jobs, paused, waiting }: QueueState, running: { id: string; name: string }[]): string[] {
  const now = nowMicros();
  const head = `${jobs} at once${paused ? '; paused, so nothing is started: trainyard queue resume' : ''}`;
  const going = running.map(({ id, name }) => `● ${harmless(name)} ${id.slice(0, 13)}`);
  if (waiting.length === 0) return [head, ...going, 'Nothing waits. Queue a run with “trainyard run --queue SCRIPT”.'];
  const rows = waiting.map((row): Cell[] => [
    row.position === null ? '–' : String(row.position),
    harmless(row.name),
    row.run?.slice(0, 13) ?? '',
    row.added === null ? '' : age(row.added, now),
    row.problem ? { text: harmless(warningText(row.problem)), style: 'yellow' } : tries(row),
  ]);
  const columns = [
    { title: '', right: true },
    { title: 'name', shrinkTo: 10 },
    { title: 'id' },
    { title: 'queued', right: true },
    { title: '', shrinkTo: 12 },
  ];
  return [head, ...going, ...table(columns, rows, width())];
}

function tries({ attempt, retries }: QueuedRun): string {
  return attempt + retries > 1 ? `try ${attempt} of ${attempt + retries}` : '';
}

async function clear(invocation: Invocation, operands: string[]): Promise<number> {
  if (isFresh(invocation)) return sayCleared(invocation, { runs: [], entries: 0 });
  const store = await openToWrite(invocation);
  try {
    const rows = meant(store, operands);
    if (rows.length === 0) return sayCleared(invocation, { runs: [], entries: 0 });
    if (!switched(invocation, 'yes')) {
      const count = rows.length === 1 ? '1 run' : `${rows.length} runs`;
      if (!canAsk() || invocation.json) throw fault('clear-not-confirmed', { count });
      const names = rows.map(({ name }) => harmless(name)).join(', ');
      if (!(await confirmed(`Take ${count} out of the queue (${names})? [y/N] `))) {
        print('Nothing was taken out.');
        return 0;
      }
    }
    const done = clearQueue(
      store.folder,
      rows.map(({ key }) => key),
    );
    await ingest(store);
    return sayCleared(invocation, done);
  } finally {
    store.close();
  }
}

/** The rows that are named; all but those of others where none is. */
function meant(store: Store, operands: string[]): QueuedRun[] {
  const { waiting } = queueState(store.folder);
  if (operands.length === 0) return clearable(waiting);
  return operands.map((reference) => {
    const row = waiting.find(({ key }) => key === reference) ?? waitingRow(waiting, runId(store, reference));
    if (!row) throw fault('run-not-queued', { run: reference });
    return row;
  });
}

function waitingRow(waiting: QueuedRun[], id: string): QueuedRun | undefined {
  return waiting.find(({ run }) => run === id);
}

function sayCleared({ json }: Invocation, done: { runs: string[]; entries: number }): number {
  if (json) printJson(done);
  else if (done.runs.length + done.entries === 0) print('Nothing waits in the queue.');
  else {
    const runs = done.runs.length === 1 ? '1 run was' : `${done.runs.length} runs were`;
    print(`${runs} taken out of the queue.`);
    if (done.entries > 0) print(`Removed what would never have been started: ${done.entries}.`);
  }
  return 0;
}

async function jobs(invocation: Invocation, [text, ...more]: string[]): Promise<number> {
  nothingMore('queue', more);
  if (text === undefined) {
    const { jobs: now } = isFresh(invocation) ? nothing : queueState(existingStore(invocation));
    if (invocation.json) printJson({ jobs: now });
    else print(String(now));
    return 0;
  }
  const number = Number(text);
  if (!/^\d{1,3}$/.test(text) || number < 1 || number > mostJobs)
    throw usage('queue', `${JSON.stringify(text)} is not a whole number from 1 to ${mostJobs}.`);
  const store = storeToSet(invocation);
  writeJobs(store, number);
  keepQueueGoing(store);
  if (invocation.json) printJson({ jobs: number });
  else print(number === 1 ? '1 run of the queue at once.' : `${number} runs of the queue at once.`);
  return 0;
}

async function pause(invocation: Invocation, operands: string[], paused: boolean): Promise<number> {
  nothingMore('queue', operands);
  const store = storeToSet(invocation);
  setPaused(store, paused);
  keepQueueGoing(store);
  if (invocation.json) printJson({ paused });
  else print(paused ? 'The queue is paused. What runs goes on.' : 'The queue goes on.');
  return 0;
}

/** A limit or a pause may be said before the first run. */
function storeToSet(invocation: Invocation): string {
  const store = isFresh(invocation) ? chooseStore(invocation.cwd) : existingStore(invocation);
  createStore(store);
  return store;
}

async function move(invocation: Invocation, [reference, text, ...more]: string[]): Promise<number> {
  nothingMore('queue', more);
  if (!reference || text === undefined) throw usage('queue', 'Name a run, and the position that it is to have.');
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw usage('queue', `${JSON.stringify(text)} is not a position, which are whole numbers from 1.`);
  const store = await openToWrite(invocation);
  try {
    const id = runId(store, reference);
    moveQueued(store.folder, id, Number(text));
    const { name, position } = runDetails(store, id);
    if (invocation.json) printJson({ id, position });
    else print(`${harmless(name)} is number ${position ?? text} in the queue.`);
    return 0;
  } finally {
    store.close();
  }
}
