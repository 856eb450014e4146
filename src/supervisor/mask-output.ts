import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { causeText } from '../base/fault.ts';
import { secretSpans } from '../contract/secrets.ts';

const pause = 250;
const block = 256 << 10;
/** How far back of what was read a secret may begin that has not come to its end yet. */
const longestSecret = 20 << 10;
/** A run's end does not wait longer for the output that is left, in milliseconds. */
const patience = 300;

export interface OutputMask {
  /** Looks at what is left. Resolves when that is done or takes long; `whole` resolves when it is done. */
  finish(): Promise<{ whole: Promise<void> }>;
}

/**
 * Writes `*` over secrets in the output of a run, byte for byte, a moment after they were printed: lengths and all other bytes
 * stay as they are. The script appends meanwhile, and is not disturbed.
 *
 * @param values what is secret in this run; what is known by its form is found besides
 */
export function maskOutput(paths: string[], values: string[], complain: (text: string) => void): OutputMask {
  const files = paths.map((path) => new MaskedFile(path, values.map(asBytes)));
  const complained = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async (final: boolean) => {
    for (const file of files) {
      try {
        await file.look(final);
      } catch (error) {
        if (!complained.has(file.path)) complain(`Secrets in ${file.path} cannot be hidden: ${causeText(error)}`);
        complained.add(file.path);
      }
    }
  };
  const go = () => {
    timer = setTimeout(() => {
      looking = look(false).then(go);
    }, pause);
  };
  go();
  return {
    async finish() {
      clearTimeout(timer);
      const whole = looking.then(() => {
        clearTimeout(timer);
        return look(true);
      });
      let enough: NodeJS.Timeout | undefined;
      await Promise.race([
        whole,
        new Promise((resolve) => {
          enough = setTimeout(resolve, patience);
        }),
      ]);
      clearTimeout(enough);
      return { whole };
    },
  };
}

/** One character for each byte, so that places in the text are places in the file. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

class MaskedFile {
  readonly path: string;
  private readonly values: string[];
  /** All before it has been looked at. */
  private position = 0;

  constructor(path: string, values: string[]) {
    this.path = path;
    this.values = values;
  }

  async look(final: boolean): Promise<void> {
    const descriptor = openSync(this.path, 'r+');
    try {
      const { size } = fstatSync(descriptor);
      const bytes = Buffer.alloc(Math.min(block, size - this.position));
      while (this.position < size) {
        const length = readSync(descriptor, bytes, 0, Math.min(block, size - this.position), this.position);
        if (length === 0) return;
        const text = bytes.toString('latin1', 0, length);
        const settled = final && this.position + length >= size ? length : settledLength(text, length === block);
        if (settled === 0) return;
        for (const [from, to] of secretSpans(text, this.values)) {
          if (from < settled) this.cover(descriptor, bytes, from, to);
        }
        this.position += settled;
        await setImmediate();
      }
    } finally {
      closeSync(descriptor);
    }
  }

  private cover(descriptor: number, bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) if (bytes[at] !== 0x0a && bytes[at] !== 0x0d) bytes[at] = 0x2a;
    for (let at = from; at < to; ) at += writeSync(descriptor, bytes, at, to - at, this.position + at);
  }
}

/** How much of a text can be decided on: whole lines, and no key that has begun and may go on in what comes next. */
function settledLength(text: string, full: boolean): number {
  const lines = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
  let settled = lines > 0 || !full ? lines : text.length - longestSecret;
  const key = text.lastIndexOf('-----BEGIN ', settled);
  if (key !== -1 && text.length - key < longestSecret && text.indexOf('-----END ', key) === -1) settled = key;
  return settled > 0 || !full ? settled : text.length - longestSecret;
}
