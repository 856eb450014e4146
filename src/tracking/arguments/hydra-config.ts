import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { causeText } from '../../base/fault.ts';
import type { UnreadPlace } from '../../contract/arguments.ts';
import { parseSettings, type SettingsFile, type SettingsMap, type SettingValue } from './yaml-settings.ts';

export interface Setting {
  /** The dotted key. */
  key: string;
  value: SettingValue;
  help: string | null;
}

export interface ConfigGroup {
  /** As an override names it: `db`, `db@backup`. */
  key: string;
  chosen: string | string[] | null;
  options: string[];
}

export interface Composition {
  groups: ConfigGroup[];
  settings: Setting[];
  unread: Pick<UnreadPlace, 'code' | 'params'>[];
}

const mostFiles = 200;
const mostSettings = 500;
const largestFile = 1_000_000;

interface State {
  folder: string;
  /** Configurations that are in no file, by their path without an ending. */
  stored: ReadonlyMap<string, SettingsFile>;
  composition: Composition;
  root: SettingsMap;
  files: number;
  /** What `override` entries choose, by the group's key. */
  overridden: Map<string, string | null>;
}

/** Composes what Hydra would without overrides, from the files of one folder. Never fails for what is in them. */
export function composeConfig(
  folder: string,
  name: string,
  stored: ReadonlyMap<string, SettingsFile> = new Map(),
): Composition {
  const composition: Composition = { groups: [], settings: [], unread: [] };
  const state: State = { folder, stored, composition, root: new Map(), files: 0, overridden: new Map() };
  if (!exists(state, name)) composition.unread.push({ code: 'config-missing', params: { name, folder } });
  else include(state, name, '', '');
  collect(state.root, '', composition);
  return composition;
}

/** Merges one file with what its defaults list names, into the place that `home` names. */
function include(state: State, path: string, group: string, home: string): void {
  const file = state.files++ < mostFiles ? findFile(state.folder, path) : undefined;
  if (!file && !state.stored.has(path)) leaveOut(state, path);
  const content = file ? readSettings(state, file) : state.stored.get(path);
  if (!content) return;
  const place = content.package === undefined ? home : packageOf(content.package, group);
  const entries = defaultsOf(state, content);
  for (const entry of entries) if (entry.override) state.overridden.set(entry.key, textOf(entry.chosen));
  if (!entries.some(({ self }) => self)) entries.push(selfEntry);
  for (const entry of entries) {
    if (entry.self) merge(placeIn(state.root, place), content.settings);
    else if (!entry.override) follow(state, entry, group, place);
  }
}

interface Entry {
  self: boolean;
  override: boolean;
  optional: boolean;
  /** The group, with its package behind an `@`; empty for another configuration of the same group. */
  key: string;
  chosen: string | string[] | null;
}

const selfEntry: Entry = { self: true, override: false, optional: false, key: '', chosen: null };

function defaultsOf(state: State, { defaults }: SettingsFile): Entry[] {
  return defaults.flatMap((item): Entry[] => {
    if (typeof item === 'string') {
      return item === '_self_' ? [{ ...selfEntry }] : [{ ...selfEntry, self: false, chosen: item }];
    }
    const words = item.key.trim().split(/\s+/);
    const key = words.at(-1) as string;
    if (key.includes('${')) {
      leaveOut(state, key);
      return [];
    }
    const [override, optional] = [words.includes('override'), words.includes('optional')];
    return [{ self: false, override, optional, key: override ? key.replace(/^\//, '') : key, chosen: item.chosen }];
  });
}

function follow(state: State, entry: Entry, parent: string, home: string): void {
  if (entry.key === '') followName(state, String(entry.chosen), parent, home);
  else followGroup(state, entry, parent, home);
}

/** Another configuration, by its name: `base`, `/base`, `db/mysql`. */
function followName(state: State, name: string, parent: string, home: string): void {
  if (name.includes('${')) {
    leaveOut(state, name);
    return;
  }
  const [path = '', alias] = name.split('@');
  const absolute = path.startsWith('/');
  const inner = path.slice(absolute ? 1 : 0);
  const target = absolute ? inner : joined('/', parent, inner);
  const own = (of: string) => of.slice(0, Math.max(0, of.lastIndexOf('/')));
  const below = own(inner).replaceAll('/', '.');
  const plain = absolute ? below : joined('.', home, below);
  include(state, target, own(target), alias === undefined ? plain : packageAt(alias, home));
}

function followGroup(state: State, entry: Entry, parent: string, home: string): void {
  const [bare = '', alias] = entry.key.split('@');
  const absolute = bare.startsWith('/');
  const group = absolute ? bare.slice(1) : joined('/', parent, bare);
  if (group === 'hydra' || group.startsWith('hydra/')) return;
  const inner = group.replaceAll('/', '.');
  const plain = absolute ? inner : joined('.', home, bare.replaceAll('/', '.'));
  const target = alias === undefined ? plain : packageAt(alias, home);
  const key = alias === undefined ? group : `${group}@${target}`;
  const overriding = state.overridden.get(key);
  const chosen = overriding === undefined ? entry.chosen : overriding;
  const options = optionsOf(state, group);
  if (options.length > 0) state.composition.groups.push({ key, chosen, options });
  for (const name of Array.isArray(chosen) ? chosen : [chosen]) {
    if (name === null || name === '???') continue;
    const path = `${group}/${name}`;
    if (name.includes('${')) leaveOut(state, name);
    else if (!entry.optional || exists(state, path)) include(state, path, group, target);
  }
}

function leaveOut({ composition }: State, name: string): void {
  const known = composition.unread.some(({ params }) => params.name === name);
  if (!known) composition.unread.push({ code: 'config-elsewhere', params: { name } });
}

function readSettings(state: State, file: string): SettingsFile | undefined {
  try {
    const look = statSync(file);
    if (!look.isFile() || look.size > largestFile) return undefined;
    return parseSettings(readFileSync(file, 'utf8'));
  } catch (error) {
    state.composition.unread.push({ code: 'config-unreadable', params: { file, problem: causeText(error) } });
    return undefined;
  }
}

function findFile(folder: string, path: string): string | undefined {
  return [`${path}.yaml`, path]
    .map((name) => join(folder, name))
    .find((file) => /\.ya?ml$/.test(file) && existsSync(file));
}

function exists({ folder, stored }: State, path: string): boolean {
  return findFile(folder, path) !== undefined || stored.has(path);
}

function optionsOf({ folder, stored }: State, group: string): string[] {
  const path = join(folder, group);
  const files = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.yaml')) : [];
  const names = files.map((name) => name.slice(0, -'.yaml'.length));
  const more = [...stored.keys()].filter((key) => key.slice(0, key.lastIndexOf('/')) === group && key.includes('/'));
  return [...new Set([...names, ...more.map((key) => key.slice(group.length + 1))])].sort();
}

function packageOf(header: string, group: string): string {
  if (header === '_global_') return '';
  return header.replace('_group_', group.replaceAll('/', '.')).replace(/^_global_\./, '');
}

function packageAt(alias: string, home: string): string {
  if (alias === '_here_') return home;
  if (alias === '_global_') return '';
  return alias.startsWith('_global_.') ? alias.slice('_global_.'.length) : joined('.', home, alias);
}

function joined(separator: string, ...parts: string[]): string {
  return parts.filter(Boolean).join(separator);
}

function textOf(chosen: Entry['chosen']): string | null {
  return Array.isArray(chosen) ? (chosen[0] ?? null) : chosen;
}

function placeIn(root: SettingsMap, path: string): SettingsMap {
  let at = root;
  for (const part of path.split('.').filter(Boolean)) {
    const next = at.get(part);
    if (next instanceof Map) at = next;
    else {
      const made: SettingsMap = new Map();
      at.set(part, made);
      at = made;
    }
  }
  return at;
}

function merge(into: SettingsMap, more: SettingsMap): void {
  for (const [key, value] of more) {
    const before = into.get(key);
    if (before instanceof Map && value instanceof Map) merge(before, value);
    else if (before && !(value instanceof Map) && value.value.missing) continue;
    else if (value instanceof Map) {
      const copy: SettingsMap = new Map();
      merge(copy, value);
      into.set(key, copy);
    } else into.set(key, value);
  }
}

function collect(map: SettingsMap, prefix: string, composition: Composition): void {
  for (const [name, value] of map) {
    const key = prefix ? `${prefix}.${name}` : name;
    if (prefix === '' && name === 'hydra') continue;
    if (value instanceof Map) collect(value, key, composition);
    else if (composition.settings.length < mostSettings) {
      composition.settings.push({ key, value: value.value, help: value.help });
    } else if (!composition.unread.some(({ code }) => code === 'too-complex')) {
      composition.unread.push({ code: 'too-complex', params: {} });
    }
  }
}
