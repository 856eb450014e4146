import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { openHandleIfRegular } from '../base/regular-file.ts';
import type { OutputChunk, OutputCursor, OutputPage } from '../contract/run.ts';
import { maskSecrets } from '../contract/secrets.ts';
import { foldOutput } from './fold-output.ts';
import { knownSecrets } from './known-secrets.ts';
import { readOutputMarks } from './output-marks.ts';
import { firstOf, orderOutput, type Stretch, startOfTail } from './output-order.ts';

export interface OutputRequest {
  stream: 'stdout' | 'stderr' | 'both';
  /** The `next` of an earlier page; else from the beginning, or as `tail` says. */
  from?: OutputCursor | undefined;
  /** Start so that about this many bytes remain. */
  tail?: number | undefined;
  /** How many bytes of the files a page covers at most. */
  limit?: number | undefined;
}

type Stream = OutputChunk['stream'];
type Files = Record<Stream, FileHandle | undefined>;

const limits = { least: 64, usual: 256 << 10, most: 4 << 20 };
/** How far the beginning of a tail is moved to begin with a line. */
const lineSearch = 4_096;

/** Reads a page of what a run printed, never more of the files than the page covers, with `***` for secrets. */
export async function readOutput(directory: string, request: OutputRequest): Promise<OutputPage> {
  const files: Files = { stdout: await openLog(directory, 'stdout'), stderr: await openLog(directory, 'stderr') };
  try {
    return await readPage(files, directory, request);
  } finally {
    await Promise.all([files.stdout?.close(), files.stderr?.close()]);
  }
}

async function readPage(files: Files, directory: string, request: OutputRequest): Promise<OutputPage> {
  const { stream } = request;
  const { marks, ended } = await readOutputMarks(directory);
  const totalBytes = { stdout: await sizeOf(files.stdout), stderr: await sizeOf(files.stderr) };
  const start = await startOf(files, request, marks, totalBytes);
  const wanted = orderOutput(stream === 'both' ? marks : [], start, {
    stdout: stream === 'stderr' ? start.stdout : totalBytes.stdout,
    stderr: stream === 'stdout' ? start.stderr : totalBytes.stderr,
  });
  const limit = Math.max(limits.least, Math.min(request.limit ?? limits.usual, limits.most));
  const stretches = firstOf(wanted, limit);
  const atEnd = lengthOf(stretches) === lengthOf(wanted);
  const final = ended ? totalBytes : undefined;
  const { chunks, next } = await readStretches(files, stretches, start, { final, secrets: knownSecrets(directory) });
  return { chunks, next, atEnd, totalBytes };
}

/** @param final where each stream ends for good, if that is known */
async function readStretches(
  files: Files,
  stretches: Stretch[],
  start: OutputCursor,
  { final, secrets }: { final: OutputCursor | undefined; secrets: readonly string[] },
) {
  const chunks: OutputChunk[] = [];
  const next = { ...start };
  for (const { stream, to } of stretches) {
    // What an earlier stretch has held back, such as half a character, is read again with what follows it.
    const from = next[stream];
    const fresh = await beginsLine(files[stream], from);
    const bytes = await read(files[stream], from, to);
    const { text, held } = foldOutput(bytes, fresh, final !== undefined && to >= final[stream]);
    next[stream] = from + bytes.length - held;
    if (text) chunks.push({ stream, text: maskSecrets(text, secrets) });
  }
  return { chunks, next };
}

async function startOf(
  files: Files,
  { stream, from, tail }: OutputRequest,
  marks: OutputCursor[],
  sizes: OutputCursor,
): Promise<OutputCursor> {
  if (from) return { stdout: clamp(from.stdout, sizes.stdout), stderr: clamp(from.stderr, sizes.stderr) };
  const beginning = { stdout: 0, stderr: 0 };
  if (tail === undefined) return beginning;
  const all = orderOutput(stream === 'both' ? marks : [], beginning, sizes);
  const start = startOfTail(
    all.filter((stretch) => stream === 'both' || stretch.stream === stream),
    sizes,
    Math.max(0, tail),
  );
  return {
    stdout: await lineStart(files.stdout, start.stdout, sizes.stdout),
    stderr: await lineStart(files.stderr, start.stderr, sizes.stderr),
  };
}

function clamp(position: number, size: number): number {
  return Math.max(0, Math.min(Math.trunc(position), size));
}

/** The next beginning of a line, or at least of a character. */
async function lineStart(file: FileHandle | undefined, from: number, size: number): Promise<number> {
  if (from === 0 || from === size || (await beginsLine(file, from))) return from;
  const bytes = await read(file, from, Math.min(size, from + lineSearch));
  const found = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  if (found !== -1) return from + found + 1;
  const character = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return from + Math.max(0, character);
}

async function beginsLine(file: FileHandle | undefined, position: number): Promise<boolean> {
  if (position === 0) return true;
  return (await read(file, position - 1, position))[0] === 0x0a;
}

async function read(file: FileHandle | undefined, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  const result = await file?.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, result?.bytesRead ?? 0);
}

async function sizeOf(file: FileHandle | undefined): Promise<number> {
  return file ? (await file.stat()).size : 0;
}

function lengthOf(stretches: Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + to - from, 0);
}

function openLog(directory: string, stream: Stream): Promise<FileHandle | undefined> {
  return openHandleIfRegular(join(directory, `${stream}.log`));
}
