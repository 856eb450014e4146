import { createInterface } from 'node:readline/promises';

/** Asks a person; anything but a yes is a no. */
export async function confirmed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const left = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.on('SIGINT', () => lines.close());
  try {
    return /^y(es)?$/i.test((await Promise.race([lines.question(question), left])).trim());
  } finally {
    lines.close();
  }
}
