import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ScriptArgument } from '../../src/contract/arguments.ts';

/** What Python's own argparse says of one argument. */
export interface RealArgument {
  flags: string[];
  dest: string | null;
  default: null | string | (string | null)[] | { computed: true };
  choices: string[] | null;
  required: boolean;
  nargs: string | number | null;
  action: string;
  command: string | null;
}

const introspect = join(import.meta.dirname, '../fixtures/scripts/introspect.py');

/** Runs the script up to its parser, with `python3`. Undefined where the script fails before it has one. */
export function realArguments(script: string): RealArgument[] | undefined {
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = spawnSync('python3', [introspect, script], {
    encoding: 'utf8',
    timeout: 60_000,
    env: environment,
  });
  const start = stdout.lastIndexOf('\u001e');
  return start === -1 ? undefined : JSON.parse(stdout.slice(start + 1));
}

/** Where what was found differs from what argparse says; empty where they agree. `lenient`: "not known" is no difference. */
export function differences(found: ScriptArgument[], real: RealArgument[], lenient = false): string[] {
  const unique = real.filter((argument, index) => real.findIndex((other) => key(other) === key(argument)) === index);
  const lost = unique.filter((argument) => !found.some((other) => foundKey(other) === key(argument)));
  const extra = found.filter((argument) => !unique.some((other) => key(other) === foundKey(argument)));
  const wrong = unique.flatMap((argument) => {
    const match = found.find((other) => foundKey(other) === key(argument));
    return match ? compare(match, argument, lenient) : [];
  });
  return [
    ...lost.map((argument) => `lost ${key(argument)}`),
    ...extra.map((argument) => `made up ${foundKey(argument)}`),
    ...wrong,
  ];
}

function compare(found: ScriptArgument, real: RealArgument, lenient: boolean): string[] {
  const problems: string[] = [];
  const check = (what: string, mine: unknown, theirs: unknown) => {
    if (lenient && mine === null) return;
    if (JSON.stringify(mine) !== JSON.stringify(theirs)) {
      problems.push(`${key(real)} ${what}: ${JSON.stringify(mine)} instead of ${JSON.stringify(theirs)}`);
    }
  };
  check('dest', found.dest, real.dest ?? 'command');
  check('required', found.required, real.required);
  check('choices', found.choices, real.choices);
  check('switch', found.takes === 'switch', real.nargs === 0 || real.action === 'BooleanOptionalAction');
  const several = typeof real.nargs === 'number' ? real.nargs > 0 : real.nargs !== null && real.nargs !== '?';
  check('values', found.takes === 'values', several && real.action !== '_SubParsersAction');
  if (Array.isArray(real.default)) {
    const words = found.default?.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
    const expected = lenient && found.default === null ? words : real.default;
    check('default', words.map(unquoted).map(comparable), expected.map(comparable));
  } else if (typeof real.default === 'string' || real.default === null) {
    check('default', comparable(found.default), comparable(real.default));
  } else {
    check('default', found.default, null);
  }
  return problems;
}

/** `1e-3` and `0.001` are one number. */
function comparable(text: string | null): string | number | null {
  return text !== null && text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word;
}

function key(argument: RealArgument): string {
  return `${argument.command ?? ''}|${argument.flags.join() || (argument.dest ?? 'command')}`;
}

function foundKey(argument: ScriptArgument): string {
  return `${argument.command ?? ''}|${argument.flags.join() || argument.dest}`;
}
