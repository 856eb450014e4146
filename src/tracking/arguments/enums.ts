import type { ClassValue, Value } from './values.ts';

/** The members of an `enum.Enum` by name; undefined for a class that is none, or whose members are not all known. */
export function enumMembers(of: ClassValue): [name: string, value: Value][] | undefined {
  if (!isEnum(of)) return undefined;
  const members = [...of.members.names].filter(([name, { kind }]) => !name.startsWith('_') && kind !== 'function');
  return members.map(([name, value]) => [name, isAuto(value) ? autoValue(of, name) : value]);
}

export function isEnum(of: ClassValue, seen = new Set<ClassValue>()): boolean {
  if (seen.has(of)) return false;
  seen.add(of);
  return of.bases.some((base) =>
    base.kind === 'class' ? isEnum(base, seen) : base.kind === 'name' && /^enum\.\w*(Enum|Flag)$/.test(base.path),
  );
}

function isAuto(value: Value): boolean {
  return value.kind === 'made' && value.path === 'enum.auto';
}

/** What `enum.auto()` gives: the name in small letters for a StrEnum, else a number that is not worked out here. */
function autoValue(of: ClassValue, name: string): Value {
  const text = of.bases.some((base) => base.kind === 'name' && base.path === 'enum.StrEnum');
  return text ? { kind: 'str', value: name.toLowerCase() } : { kind: 'unknown' };
}
