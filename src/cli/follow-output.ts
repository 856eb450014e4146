import { closeSync, openSync, readSync, watch } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { write } from './terminal.ts';

export interface Sinks {
  stdout: NodeJS.WriteStream | null;
  stderr: NodeJS.WriteStream | null;
}

const blockSize = 64 * 1024;
const lookAgain = 200;

/**
 * Copies what a run prints, byte for byte, until `ended` says that it is over, and then what is left. A sink whose reader
 * has gone is written no more; the run goes on. Answers undefined where `signal` ended it first.
 */
export async function followOutput<End>(
  directory: string,
  sinks: Sinks,
  ended: () => End | undefined,
  signal: AbortSignal,
): Promise<End | undefined> {
  const copies = (['stdout', 'stderr'] as const).flatMap((stream) => {
    const sink = sinks[stream];
    return sink ? [copier(join(directory, `${stream}.log`), sink)] : [];
  });
  const changes = watchFolder(directory);
  try {
    while (!signal.aborted) {
      const end = ended();
      for (const copy of copies) await copy();
      if (end !== undefined) return end;
      await changes.next(signal);
    }
    return undefined;
  } finally {
    changes.close();
  }
}

function copier(path: string, sink: NodeJS.WriteStream): () => Promise<void> {
  let position = 0;
  let open = true;
  const block = Buffer.alloc(blockSize);
  return async () => {
    const descriptor = openIfThere(path);
    if (descriptor === undefined) return;
    try {
      while (open) {
        const length = readSync(descriptor, block, 0, blockSize, position);
        if (length === 0) return;
        position += length;
        open = await write(sink, Buffer.from(block.subarray(0, length)));
      }
    } finally {
      closeSync(descriptor);
    }
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Waits for a change in a folder; where the system tells of none (network folders), for a fifth of a second. */
function watchFolder(directory: string) {
  let changed = false;
  let wake: () => void = () => undefined;
  const note = () => {
    changed = true;
    wake();
  };
  let watcher: ReturnType<typeof watch> | undefined;
  try {
    watcher = watch(directory, note);
    watcher.on('error', () => watcher?.close());
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
  return {
    async next(signal: AbortSignal): Promise<void> {
      if (!changed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, lookAgain);
          function done() {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            wake = () => undefined;
            resolve();
          }
          wake = done;
          signal.addEventListener('abort', done, { once: true });
        });
      }
      changed = false;
    },
    close: () => watcher?.close(),
  };
}
