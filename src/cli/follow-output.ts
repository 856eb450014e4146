import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { openIfRegular } from '../base/regular-file.ts';
import { write } from './terminal.ts';

export interface Sinks {
  stdout: NodeJS.WriteStream | null;
  stderr: NodeJS.WriteStream | null;
  /** Changes the text before it is written; without it the bytes are passed on as they are. */
  clean?(text: string): string;
}

const blockSize = 64 * 1024;
/**
 * Milliseconds between two looks, and the share of the time so far: what ends soon is seen to end at once. Being told by the
 * system of every write would slow down a script that prints much.
 */
const pause = { least: 3, most: 60, share: 0.05 };

/**
 * Copies what a run prints, byte for byte, until `ended` says that it is over, and then what is left. A sink whose reader
 * has gone is written no more; the run goes on. Answers undefined where `signal` ended it first.
 */
export async function followOutput<End>(
  directory: string,
  sinks: Sinks,
  ended: () => Promise<End | undefined>,
  signal: AbortSignal,
): Promise<End | undefined> {
  const copies = (['stdout', 'stderr'] as const).flatMap((stream) => {
    const sink = sinks[stream];
    return sink ? [copier(join(directory, `${stream}.log`), sink, sinks.clean)] : [];
  });
  const began = performance.now();
  while (!signal.aborted) {
    const end = await ended();
    for (const copy of copies) await copy();
    if (end !== undefined) return end;
    await rest(Math.min(pause.most, Math.max(pause.least, (performance.now() - began) * pause.share)), signal);
  }
  return undefined;
}

function copier(path: string, sink: NodeJS.WriteStream, clean: Sinks['clean']): () => Promise<void> {
  const decoder = new StringDecoder('utf8');
  let position = 0;
  let open = true;
  const block = Buffer.alloc(blockSize);
  return async () => {
    const descriptor = openIfRegular(path);
    if (descriptor === undefined) return;
    try {
      while (open) {
        const length = readSync(descriptor, block, 0, blockSize, position);
        if (length === 0) return;
        position += length;
        const bytes = Buffer.from(block.subarray(0, length));
        open = await write(sink, clean ? clean(decoder.write(bytes)) : bytes);
      }
    } finally {
      closeSync(descriptor);
    }
  };
}

/** Resolves after a pause, or at once when the signal says so. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
