import type { Difference } from '../../contract/reproduction.ts';

/** What two records of the same names hold otherwise, or only one of them. */
export function differences<T>(was: Record<string, T>, is: Record<string, T>): Difference<T>[] {
  return union(was, is)
    .map((name) => ({ name, was: valueIn(was, name), is: valueIn(is, name) }))
    .filter(({ was: before, is: after }) => JSON.stringify(before) !== JSON.stringify(after));
}

export function union(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

function valueIn<T>(record: Record<string, T>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}
