import type { LocalVariable } from './journal.ts';

/** What a variable held, in a line: `numpy.ndarray (64, 3) float32`, `int 7`, `str "adam"`, `list of 12`. */
export function heldText({ type, shape, dtype, length, value }: LocalVariable): string {
  const parts = [type];
  if (shape) parts.push(`(${shape.join(', ')})`);
  if (dtype !== undefined) parts.push(dtype);
  if (value !== undefined) parts.push(typeof value === 'string' ? JSON.stringify(value) : String(value ?? 'None'));
  else if (length !== undefined) parts.push(`of ${length}`);
  return parts.join(' ');
}
