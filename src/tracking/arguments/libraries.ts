import type { CallArguments } from './add-argument.ts';
import { callClick } from './click.ts';
import { callFire } from './fire.ts';
import { callHydra, configStore } from './hydra.ts';
import type { Reading } from './reading.ts';
import { makeDataclassParser } from './transformers.ts';
import { callTyper } from './typer.ts';
import { none, type Value } from './values.ts';

/** The result of a call of a library that reads command lines; undefined for all others. */
export function callLibrary(reading: Reading, path: string, given: CallArguments): Value | undefined {
  const library = path.split('.', 1)[0];
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (library === path) return undefined;
  if (library === 'click' || library === 'rich_click') return callClick(reading, name, given);
  if (library === 'typer') return callTyper(reading, name, given);
  if (library === 'fire' && name === 'Fire') return callFire(reading, given);
  if (library === 'hydra' && name === 'main') return callHydra(reading, given);
  if (name === 'HfArgumentParser' || name === 'TrlParser') return makeDataclassParser(reading, given);
  if (path === 'enum.auto' || path === 'dataclasses.field') return { kind: 'made', path, given };
  if (library === 'hydra' && path.endsWith('ConfigStore.instance')) return { kind: 'made', path: configStore, given };
  if (library === 'functools' && name === 'wraps')
    return { kind: 'decorator', apply: () => given.positional[0] ?? none };
  return undefined;
}
