import type { OpRecord } from '../../contract/ops.ts';
import type { OpRow } from '../../store/index.ts';

/** The record that an op was folded from, as far as it says something of the run that can be said again elsewhere. */
export function opRecordOf({ run, op, item, value, time, by }: OpRow): OpRecord | undefined {
  const said: unknown = JSON.parse(value);
  const common = { v: 1, t: time, by, run } as const;
  switch (op) {
    case 'name':
      return { ...common, op, name: said as string };
    case 'note':
      return { ...common, op, note: said as string };
    case 'tag':
      return { ...common, op, key: item, value: said as string | null };
    case 'star':
      return { ...common, op, starred: said as boolean };
    case 'archive':
      return { ...common, op, archived: said as boolean };
    default:
      return undefined;
  }
}
