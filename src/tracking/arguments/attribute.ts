import { invoke } from './call.ts';
import { loadSubmodule } from './imports.ts';
import type { Reading } from './reading.ts';
import { type ClassValue, type FunctionValue, unknown, type Value } from './values.ts';

/** What `value.name` is. */
export function attribute(reading: Reading, value: Value, name: string): Value {
  switch (value.kind) {
    case 'name':
      return { kind: 'name', path: `${value.path}.${name}` };
    case 'module':
      return value.scope.names.get(name) ?? loadSubmodule(reading, value, name) ?? unknown;
    case 'class':
      return bound(reading, member(value, name), value, value) ?? unknown;
    case 'instance': {
      const own = value.attributes.get(name) ?? bound(reading, member(value.class, name), value, value.class);
      return own ?? (value.parser ? { kind: 'method', of: value, name } : unknown);
    }
    case 'super': {
      for (const base of value.class.bases) {
        const found = base.kind === 'class' ? bound(reading, member(base, name), value.self, base) : undefined;
        if (found) return found;
      }
      return { kind: 'method', of: value.self, name };
    }
    case 'parser':
    case 'made':
    case 'command':
    case 'typer':
    case 'subparsers':
    case 'list':
    case 'dict':
    case 'str':
      return { kind: 'method', of: value, name };
    default:
      return unknown;
  }
}

/** A member of a class or of the classes that it derives from, depth first. */
export function member(of: ClassValue, name: string, seen = new Set<ClassValue>()): Value | undefined {
  if (seen.has(of)) return undefined;
  seen.add(of);
  const own = of.members.names.get(name);
  if (own) return own;
  for (const base of of.bases) {
    const found = base.kind === 'class' ? member(base, name, seen) : undefined;
    if (found) return found;
  }
  return undefined;
}

function bound(reading: Reading, found: Value | undefined, self: Value, of: ClassValue): Value | undefined {
  if (found?.kind !== 'function' || found.binding === 'static') return found;
  if (found.binding === 'class') return { ...found, self: of };
  if (self.kind === 'class') return found;
  const method: FunctionValue = { ...found, self };
  if (found.binding !== 'property') return method;
  return invoke(reading, method, { positional: [], keywords: new Map(), sources: new Map(), open: false });
}
