import type { CallArguments } from './add-argument.ts';
import { readAnnotation } from './annotation.ts';
import { invoke } from './call.ts';
import { fieldsOf } from './dataclass.ts';
import { enumMembers } from './enums.ts';
import { evaluate } from './evaluate.ts';
import type { Reading } from './reading.ts';
import type { SyntaxNode } from './syntax.ts';
import { type ClassValue, equal, type FunctionValue, scalarText, type Value } from './values.ts';
import type { SettingsFile, SettingsMap, SettingValue } from './yaml-settings.ts';

const deepest = 20;

/** A dataclass or a mapping that the script gave to Hydra's `ConfigStore`, as if it stood in a file. */
export function structuredConfig(reading: Reading, node: Value, place: string | undefined): SettingsFile {
  const defaults = entriesOf(reading, node).find(([name]) => name === 'defaults');
  const settings = toMap(reading, node, 0);
  settings.delete('defaults');
  return { settings, defaults: defaults ? readDefaults(defaults[1]) : [], package: place };
}

type Entry = [name: string, value: Value, type: SettingValue['type'] | undefined, choices?: string[]];

function entriesOf(reading: Reading, node: Value): Entry[] {
  if (node.kind === 'dict') {
    return node.entries.flatMap(([key, value]): Entry[] => {
      const name = scalarText(key);
      return name === undefined ? [] : [[name, value, undefined]];
    });
  }
  const of = classOf(node);
  if (!of) return [];
  return fieldsOf(reading, of).map(({ name, annotation, default: value, factory }): Entry => {
    const { type, shape } = readAnnotation(reading, of.members, annotation);
    const made = factory?.kind === 'function' ? invoke(reading, outside(factory, of), noArguments()) : factory;
    const given = made ?? value ?? missing;
    const members = membersOf(reading, of, annotation);
    const chosen = members?.find(([, member]) => equal(member, given))?.[0];
    const told: Value = chosen === undefined ? given : { kind: 'str', value: chosen };
    const kind = shape === 'one' ? type : undefined;
    return members ? [name, told, kind, members.map(([member]) => member)] : [name, told, kind];
  });
}

const missing: Value = { kind: 'name', path: 'omegaconf.MISSING' };

/** A lambda in the body of a class sees the names around the class. */
function outside(factory: FunctionValue, of: ClassValue): FunctionValue {
  return factory.scope === of.members && of.members.parent ? { ...factory, scope: of.members.parent } : factory;
}

/** The members of an enumeration, which OmegaConf writes by their names. */
function membersOf(reading: Reading, of: ClassValue, annotation: SyntaxNode): [string, Value][] | undefined {
  const [inner] = annotation.children;
  const type = inner?.type === 'identifier' ? evaluate(reading, of.members, inner) : undefined;
  return type?.kind === 'class' ? enumMembers(type) : undefined;
}

function noArguments(): CallArguments {
  return { positional: [], keywords: new Map(), sources: new Map(), open: false };
}

function classOf(value: Value): ClassValue | undefined {
  return value.kind === 'class' ? value : value.kind === 'instance' ? value.class : undefined;
}

function toMap(reading: Reading, node: Value, depth: number): SettingsMap {
  const map: SettingsMap = new Map();
  for (const [name, value, type, choices] of entriesOf(reading, node)) {
    const nested = value.kind === 'dict' || (classOf(value) && !enumMembers(classOf(value) as ClassValue));
    const inner = nested && depth < deepest ? toMap(reading, value, depth + 1) : undefined;
    const setting = { ...toSetting(value, type), ...(choices ? { choices } : {}) };
    map.set(name, inner && inner.size > 0 ? inner : { value: setting, help: null });
  }
  return map;
}

function toSetting(value: Value, type: SettingValue['type'] | undefined): SettingValue {
  if (value.kind === 'name' && value.path.endsWith('MISSING'))
    return { type: type ?? 'literal', text: null, missing: true };
  if (value.kind === 'none') return { type: type ?? 'literal', text: 'null', missing: false };
  if (value.kind === 'bool') return { type: 'boolean', text: String(value.value), missing: false };
  if (value.kind === 'list' && !value.open) {
    const items = value.items.map((item) => toSetting(item, undefined).text);
    return { type: 'literal', text: items.includes(null) ? null : `[${items.join(',')}]`, missing: false };
  }
  const text = scalarText(value) ?? null;
  const own = value.kind === 'int' ? 'integer' : value.kind === 'float' ? 'number' : 'string';
  const reference = text !== null && /\$\{/.test(text);
  return { type: text === null || reference ? 'literal' : (type ?? own), text, missing: text === '???' };
}

function readDefaults(list: Value): SettingsFile['defaults'] {
  if (list.kind !== 'list') return [];
  return list.items.flatMap((item): SettingsFile['defaults'] => {
    if (item.kind === 'str') return [item.value];
    const [pair] = item.kind === 'dict' ? item.entries : [];
    const key = pair && scalarText(pair[0]);
    if (!pair || key === undefined) return [];
    const [, value] = pair;
    if (value.kind === 'list') return [{ key, chosen: value.items.map((each) => scalarText(each) ?? '???') }];
    const absent = value.kind === 'name' || equal(value, { kind: 'str', value: '???' });
    return [{ key, chosen: value.kind === 'none' ? null : absent ? '???' : (scalarText(value) ?? '???') }];
  });
}
