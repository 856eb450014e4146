import process from 'node:process';
import { fault } from '../contract/errors.ts';
import type { MaskedPlace, RunFile } from '../contract/run-file.ts';
import { type FoundSecret, maskArguments, masked, maskedPlaces, maskVariables } from '../contract/secrets.ts';

/**
 * A run as it is recorded: `***` stands for each secret among its arguments and variables, and `masked` says where. What is
 * really started has to be handed over otherwise.
 *
 * @throws `secret-masked` where `***` itself is given for a secret, as a record shows it
 */
export function hideSecrets<Asked extends Omit<RunFile, 'mark'>>(run: Asked): Asked {
  const words = run.target.kind === 'program' ? run.target.argv : [];
  const [stale] = [words, run.args, assignments(run.env)].flatMap(maskedPlaces);
  if (stale) throw fault('secret-masked', { name: stale.name });
  const [args, argv, env] = [maskArguments(run.args), maskArguments(words), maskVariables(run.env)];
  const places = [...placesOf(args.found, 'args'), ...placesOf(argv.found, 'argv'), ...placesOf(env.found, 'env')];
  if (places.length === 0) return run;
  return {
    ...run,
    target: run.target.kind === 'program' ? { ...run.target, argv: argv.args } : run.target,
    args: args.args,
    command: maskArguments(run.command).args,
    env: env.variables,
    masked: places,
  };
}

function assignments(variables: Record<string, string>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function placesOf(found: FoundSecret[], where: MaskedPlace['in']): MaskedPlace[] {
  const variables = Object.entries(process.env);
  const holding = (value: string) => variables.find(([, other]) => other === value)?.[0] ?? null;
  return found.map(({ at, name, values }) => ({ in: where, at, name, variables: values.map(holding) }));
}

/**
 * The run as it was asked for, with its secrets from the variables that had them then, else from the variable that has the
 * option's name: `API_KEY` for `--api-key`.
 *
 * @throws `secret-missing`
 */
export function putSecretsBack(run: RunFile, variables: Readonly<Record<string, string | undefined>>): RunFile {
  const args = [...run.args];
  const argv = run.target.kind === 'program' ? [...run.target.argv] : [];
  const env = { ...run.env };
  for (const place of run.masked ?? []) {
    const fill = (text: string) => filled(text, place, run.id, variables);
    if (place.in === 'env') env[place.at] = fill(env[place.at] ?? '');
    else {
      const list = place.in === 'args' ? args : argv;
      list[Number(place.at)] = fill(list[Number(place.at)] ?? '');
    }
  }
  const target = run.target.kind === 'program' ? { ...run.target, argv } : run.target;
  return { ...run, target, args, env };
}

function filled(
  text: string,
  { name, variables: recorded }: MaskedPlace,
  run: string,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  let at = 0;
  return text.replaceAll(masked, () => {
    const own = recorded[at] ?? null;
    const called = variableName(name) + (at > 0 ? `_${at + 1}` : '');
    at += 1;
    const value = (own === null ? undefined : variables[own]) ?? variables[called];
    if (value === undefined || value === '') throw fault('secret-missing', { run, name, variable: own ?? called });
    return value;
  });
}

/** `--api-key` is asked for as `API_KEY`, the third argument as `ARGUMENT_3`. */
function variableName(name: string): string {
  const plain = name.replace(/^\W+/, '').replace(/\W+/g, '_').toUpperCase();
  return /^\d*$/.test(plain) ? `ARGUMENT_${plain}` : plain;
}

/** Arguments as they can be offered again: without those that are secrets, and without the options that name them. */
export function withoutSecrets(args: readonly string[]): string[] {
  const places = maskedPlaces(args);
  const options = places.filter(({ at }) => args[at] === masked).map(({ at }) => at - 1);
  const gone = new Set([...places.map(({ at }) => at), ...options]);
  return args.filter((_, at) => !gone.has(at));
}
