import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../base/fault.ts';
import { openHandleIfRegular } from '../base/regular-file.ts';
import { followEnd, isOwnRun, readOutput, runDetails } from '../tracking/index.ts';
import { type Invocation, option, switched } from './command.ts';
import { followOutput } from './follow-output.ts';
import { harmlessLines } from './harmless.ts';
import { usage } from './parse.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { openFor } from './stores.ts';
import { printJson, warn, write } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  nothingMore('log', others);
  const stream = whichStream(option(invocation, 'stream'));
  const follow = switched(invocation, 'follow');
  if (follow && invocation.json) throw usage('log', '--follow and --json do not go together.');
  const { id, directory } = await find(invocation, reference);
  if (!existsSync(join(directory, 'stdout.log')))
    warn('This run was opened by its script itself, so its output was not kept.');
  if (invocation.json) printJson({ id, chunks: await everything(directory, stream ?? 'both') });
  else if (follow) await followToEnd(directory, stream);
  else if (stream && !process.stdout.isTTY) await rawBytes(join(directory, `${stream}.log`));
  else await folded(directory, stream ?? 'both');
  return 0;
}

type Stream = 'stdout' | 'stderr';

function whichStream(asked: string | undefined): Stream | undefined {
  if (asked === undefined || asked === 'stdout' || asked === 'stderr') return asked;
  throw usage('log', `--stream ${JSON.stringify(asked)} is neither stdout nor stderr.`);
}

async function find(invocation: Invocation, reference: string) {
  const store = await openFor(invocation);
  try {
    const id = runId(store, reference);
    return { id, directory: runDetails(store, id).directory };
  } finally {
    store.close();
  }
}

async function followToEnd(directory: string, stream: Stream | undefined): Promise<void> {
  const wanted = (one: Stream) => (stream === undefined || stream === one ? process.stdout : null);
  const sinks = { stdout: wanted('stdout'), stderr: wanted('stderr'), ...(isOwnRun(directory) ? {} : { clean }) };
  const ended = followEnd(directory);
  const over = async () => (await ended()) ?? (process.stdout.writable ? undefined : 'nobody reads');
  await followOutput(directory, sinks, over, new AbortController().signal);
}

/** What a terminal gets of a run that this person did not start: no more than a progress bar needs. */
function clean(text: string): string {
  return process.stdout.isTTY ? harmlessLines(text, { keep: 'progress' }) : text;
}

async function rawBytes(path: string): Promise<void> {
  const file = await openHandleIfRegular(path);
  if (!file) return;
  try {
    await pipeline(file.createReadStream(), process.stdout, { end: false });
  } catch (error) {
    if (!['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** Both streams as they came, with what a progress bar overwrote left out. */
async function folded(directory: string, stream: Stream | 'both'): Promise<void> {
  for await (const { text } of pages(directory, stream)) {
    if (!(await write(process.stdout, process.stdout.isTTY ? harmlessLines(text, { keep: 'colours' }) : text))) return;
  }
}

async function everything(directory: string, stream: Stream | 'both') {
  const chunks: { stream: Stream; text: string }[] = [];
  for await (const chunk of pages(directory, stream)) chunks.push(chunk);
  return chunks;
}

async function* pages(directory: string, stream: Stream | 'both') {
  let page = await readOutput(directory, { stream });
  yield* page.chunks;
  while (!page.atEnd) {
    page = await readOutput(directory, { stream, from: page.next });
    yield* page.chunks;
  }
}
