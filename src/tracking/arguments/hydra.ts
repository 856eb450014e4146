import { dirname, resolve } from 'node:path';
import type { ScriptArgument } from '../../contract/arguments.ts';
import { type CallArguments, plainArgument } from './add-argument.ts';
import type { Composition, Setting } from './hydra-config.ts';
import { type HydraMain, note, type Reading } from './reading.ts';
import { type MadeValue, none, unknown, type Value } from './values.ts';

/** `@hydra.main(…)`. */
export function callHydra(reading: Reading, given: CallArguments): Value {
  const [path, name] = given.positional;
  const main: HydraMain = {
    path: textOf(given.keywords.get('config_path') ?? path),
    name: textOf(given.keywords.get('config_name') ?? name),
    place: reading.place,
  };
  return {
    kind: 'decorator',
    apply(target) {
      reading.hydra = main;
      return target;
    },
  };
}

export const configStore = 'hydra.ConfigStore';

/** `ConfigStore.instance().store(…)`. */
export function callConfigStore(reading: Reading, of: MadeValue, name: string, given: CallArguments): Value {
  const [first, second, third, fourth] = given.positional;
  const key = textOf(given.keywords.get('name') ?? first);
  const node = given.keywords.get('node') ?? second;
  if (of.path !== configStore || name !== 'store' || !key || !node) return unknown;
  const group = textOf(given.keywords.get('group') ?? third) ?? '';
  const place = textOf(given.keywords.get('package') ?? fourth) ?? undefined;
  reading.stored.push({ group, name: key, package: place, node });
  return none;
}

/** The keys of the configuration that Hydra composes without overrides, and its groups with their options. */
export async function readHydraConfig(reading: Reading, main: HydraMain): Promise<ScriptArgument[]> {
  const at = { ...reading, place: main.place };
  if (main.path === undefined || main.name === undefined) {
    note(at, 'argument-computed');
    return [];
  }
  if (main.name === null) return [];
  const { composeConfig } = await import('./hydra-config.ts');
  const folder = resolve(dirname(reading.file), main.path ?? '.');
  const { structuredConfig } = await import('./structured-config.ts');
  const stored = new Map(
    reading.stored.map(({ group, name, package: place, node }) => [
      group ? `${group}/${name}` : name,
      structuredConfig(reading, node, place),
    ]),
  );
  const composition = composeConfig(folder, main.name.replace(/\.ya?ml$/, ''), stored);
  for (const { code, params } of composition.unread) note(at, code, params);
  return toArguments(composition, main.place.line);
}

function toArguments({ groups, settings }: Composition, line: number): ScriptArgument[] {
  const common = { ...plainArgument, source: 'hydra', positional: false, line } as const;
  const chosen = groups.map(
    (group): ScriptArgument => ({
      ...common,
      flag: group.key,
      dest: group.key,
      type: Array.isArray(group.chosen) ? 'literal' : 'string',
      required: group.chosen === '???',
      default: Array.isArray(group.chosen)
        ? `[${group.chosen.join(',')}]`
        : group.chosen === '???'
          ? null
          : group.chosen,
      choices: Array.isArray(group.chosen) || group.options.length === 0 ? null : group.options,
    }),
  );
  const single = settings.map(
    ({ key, value, help }: Setting): ScriptArgument => ({
      ...common,
      flag: key,
      dest: key,
      type: value.type,
      required: value.missing,
      default: value.text,
      choices: value.type === 'boolean' ? ['true', 'false'] : (value.choices ?? null),
      help,
    }),
  );
  return [...chosen, ...single];
}

function textOf(value: Value | undefined): string | null | undefined {
  if (!value || value.kind === 'none') return null;
  return value.kind === 'str' ? value.value : undefined;
}
