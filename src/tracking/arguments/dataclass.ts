import type { Reading } from './reading.ts';
import { field, type SyntaxNode } from './syntax.ts';
import type { ClassValue, Value } from './values.ts';

/** A field of a dataclass of the script. */
export interface DataField {
  name: string;
  annotation: SyntaxNode;
  /** Null where it has none; unknown where a factory makes it. */
  default: Value | null;
  metadata: Value | null;
  factory: Value | null;
  /** The class that declares it. */
  of: ClassValue;
  line: number;
}

/** The fields of a dataclass in their order, those of the classes that it derives from before its own. */
export function fieldsOf(reading: Reading, of: ClassValue, seen = new Set<ClassValue>()): DataField[] {
  const fields = new Map<string, DataField>();
  if (seen.has(of)) return [];
  seen.add(of);
  for (const base of of.bases) {
    if (base.kind === 'class') for (const each of fieldsOf(reading, base, seen)) fields.set(each.name, each);
  }
  for (const statement of field(of.node, 'body')?.children ?? []) {
    const assignment = statement.children[0];
    const annotation = assignment?.type === 'assignment' ? field(assignment, 'type') : undefined;
    const name = assignment && field(assignment, 'left')?.text;
    if (!annotation || name === undefined || /\bClassVar\b/.test(annotation.text)) continue;
    const value = field(assignment as SyntaxNode, 'right') ? (of.members.names.get(name) ?? { kind: 'unknown' }) : null;
    const line = of.members.file === reading.file ? statement.line : reading.place.line;
    fields.set(name, { name, annotation, of, line, ...declared(value) });
  }
  return [...fields.values()];
}

/** What `field(default=…, metadata=…)` says. */
function declared(value: Value | null): Pick<DataField, 'default' | 'metadata' | 'factory'> {
  if (value?.kind !== 'made' || value.path !== 'dataclasses.field')
    return { default: value, metadata: null, factory: null };
  const { keywords } = value.given;
  const factory = keywords.get('default_factory') ?? null;
  const made: Value | null = factory && { kind: 'unknown' };
  return { default: keywords.get('default') ?? made, metadata: keywords.get('metadata') ?? null, factory };
}
