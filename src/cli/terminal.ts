import { deceptiveCharacters } from '../base/deceptive-characters.ts';
import { exactJson } from '../base/json.ts';
import { harmless } from './harmless.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

const codes: Record<Style, number> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
};

/** Colours go to terminals only, and not where NO_COLOR says no. */
export function paint(text: string, style: Style | undefined, stream: NodeJS.WriteStream = process.stdout): string {
  if (!style || text === '' || !stream.isTTY || process.env.NO_COLOR || process.env.TERM === 'dumb') return text;
  return `\u001b[${codes[style]}m${text}\u001b[0m`;
}

/** Columns of the terminal; undefined where output goes elsewhere and may be as wide as it is. */
export function width(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
}

/** Whether a person is there to answer a question. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

/** Writes to a stream, waiting until it is through. False where it cannot be written any more: its reader has gone. */
export function write(stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    stream.write(data, (error) => resolve(!error));
  });
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The one JSON document of a `--json` command. What a terminal would act on, or nobody sees, is escaped: it means the same. */
export function printJson(value: unknown): void {
  print(
    exactJson(value, 2)
      .replace(/[\u007f-\u009f]/g, escaped)
      .replace(deceptiveCharacters, escaped),
  );
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

export function warn(text: string): void {
  process.stderr.write(`${paint('trainyard:', 'yellow', process.stderr)} ${harmless(text)}\n`);
}
