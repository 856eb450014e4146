import type { Op } from '../contract/ops.ts';
import { longestName } from '../contract/run.ts';
import type { Store } from '../store/index.ts';
import { applyOps } from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { usage } from './parse.ts';
import { manyRuns, nothingMore, oneRun, runId } from './references.ts';
import { openToWrite } from './stores.ts';
import { print, printJson } from './terminal.ts';

/** `name`, `note`, `tag`, `star`, `archive`, `restore`: what a person says about runs. */
export async function run(invocation: Invocation): Promise<number> {
  const change = changes[invocation.command];
  if (!change) throw new Error(`No change is called ${invocation.command}.`);
  const apply = change(invocation);
  const store = await openToWrite(invocation);
  try {
    const ops = apply(store);
    await applyOps(store, ops);
    const runs = [...new Set(ops.map((op) => op.run))];
    if (invocation.json) printJson({ runs });
    else if (process.stdout.isTTY) print(runs.length === 1 ? 'Done.' : `Done: ${runs.length} runs.`);
    return 0;
  } finally {
    store.close();
  }
}

/** Checks the operands before a store is opened, and then finds the runs in it. */
type Change = (invocation: Invocation) => (store: Store) => Op[];

const changes: Record<string, Change> = {
  name: (invocation) => {
    const { reference, text } = runAndText(invocation, 'NAME');
    const name = text.trim();
    if (name === '') throw usage('name', 'The new name is empty.');
    if (name.length > longestName) throw usage('name', `The new name has more than ${longestName} characters.`);
    return (store) => [{ op: 'name', run: runId(store, reference), name }];
  },
  note: (invocation) => {
    const { reference, text } = runAndText(invocation, 'TEXT');
    return (store) => [{ op: 'note', run: runId(store, reference), note: text }];
  },
  tag: (invocation) => {
    const { reference, others } = oneRun(invocation);
    // What comes before the first tag names runs; the very first operand always does, whatever it looks like.
    const end = others.findIndex((text) => text === '' || text.startsWith('-') || text.includes('='));
    const [last] = others.slice(-1);
    if (last === undefined) throw usage('tag', 'Say which tag: K=V to set it, -K to remove it.');
    const tags = end === -1 ? [tagChange(last)] : others.slice(end).map(tagChange);
    return (store) => {
      const runs = manyRuns(store, { ...invocation, operands: [reference, ...others.slice(0, end)] });
      return runs.flatMap((run) => tags.map((tag): Op => ({ op: 'tag', run, ...tag })));
    };
  },
  star: (invocation) => (store) =>
    manyRuns(store, invocation).map((run) => ({ op: 'star', run, starred: !switched(invocation, 'off') })),
  archive: (invocation) => (store) =>
    manyRuns(store, invocation).map((run) => ({ op: 'archive', run, archived: true })),
  restore: (invocation) => (store) =>
    manyRuns(store, invocation).map((run) => ({ op: 'archive', run, archived: false })),
};

function runAndText(invocation: Invocation, what: string): { reference: string; text: string } {
  const { reference, others } = oneRun(invocation);
  const [text, ...more] = others;
  if (text === undefined) throw usage(invocation.command, `${what} is missing.`);
  if (more.length > 0) nothingMore(invocation.command, more);
  return { reference, text };
}

function tagChange(text: string): { key: string; value: string | null } {
  if (text.startsWith('-') && text.length > 1) return { key: text.slice(1), value: null };
  const equals = text.indexOf('=');
  if (equals < 1) throw usage('tag', `${JSON.stringify(text)} is neither K=V nor -K.`);
  return { key: text.slice(0, equals), value: text.slice(equals + 1) || null };
}
