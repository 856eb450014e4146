import type { Store } from '../store/index.ts';
import { resolveRun } from '../tracking/index.ts';
import type { Invocation } from './command.ts';
import { usage } from './parse.ts';
import { warn } from './terminal.ts';

/** The id of what a person typed for a run, with a warning where a name is shared. */
export function runId(store: Store, reference: string): string {
  const { id, warning } = resolveRun(store, reference);
  if (warning) warn(warning);
  return id;
}

/** The one RUN that a command takes, and what follows it. */
export function oneRun({ command, operands }: Invocation): { reference: string; others: string[] } {
  const [reference, ...others] = operands;
  if (reference === undefined || reference === '') throw usage(command, 'Name a run: an id, a name, or “latest”.');
  return { reference, others };
}

export function nothingMore(command: string, others: string[]): void {
  if (others.length > 0) throw usage(command, `${JSON.stringify(others[0])} is one operand too many.`);
}

/** The RUN… of a command that takes many; each once. */
export function manyRuns(store: Store, { command, operands }: Invocation): string[] {
  if (operands.length === 0 || operands.includes('')) throw usage(command, 'Name a run: an id, a name, or “latest”.');
  return [...new Set(operands.map((reference) => runId(store, reference)))];
}
