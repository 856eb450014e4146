import { fault, fillIn } from '../contract/errors.ts';
import { warningMessages } from '../contract/warnings.ts';
import type { Store } from '../store/index.ts';

export interface ResolvedRun {
  id: string;
  /** Several runs share the name: a sentence that says so. */
  warning?: string;
}

/** The runs that a script begins inside its own are part of what a person means by the latest one. */
const isNobodysPart = '(parent IS NULL OR parent NOT IN (SELECT id FROM runs WHERE deleted = 0 AND archived = 0))';

/**
 * Finds the run that a person means: an id, `latest`, a name (of several runs the newest), or a unique beginning of an id.
 *
 * @throws `run-missing`, `run-ambiguous`
 */
export function resolveRun(store: Store, reference: string): ResolvedRun {
  const ids = (condition: string, ...values: (string | number)[]): string[] =>
    store.db
      .prepare<{ id: string }>(`SELECT id FROM runs WHERE deleted = 0 AND ${condition} ORDER BY created DESC, id DESC`)
      .all(...values)
      .map((row) => row.id);
  const [exact] = ids('id = ?', reference.toLowerCase());
  if (exact) return { id: exact };
  if (reference === 'latest') {
    const [latest = ids('archived = 0')[0]] = ids(`archived = 0 AND ${isNobodysPart}`);
    if (latest) return { id: latest };
  }
  const named = ids('name = ?', reference);
  const [newest] = named;
  if (newest && named.length === 1) return { id: newest };
  if (newest) {
    return { id: newest, warning: fillIn(warningMessages['name-shared'], { name: reference, count: named.length }) };
  }
  const begun = /^[0-9a-f-]+$/i.test(reference)
    ? ids('substr(id, 1, ?) = ?', reference.length, reference.toLowerCase())
    : [];
  const [only] = begun;
  if (begun.length > 1) throw fault('run-ambiguous', { run: reference, count: begun.length });
  if (!only) throw fault('run-missing', { run: reference });
  return { id: only };
}
