import type { ScriptArgument, ScriptForm } from '../contract/arguments.ts';
import { isSecretName, maskArguments, masked } from '../contract/secrets.ts';
import { assignWords, setArgument } from './script-arguments.ts';

/** Asked for without showing it, never remembered, and shown as `***`. */
export function isSecretArgument({ secret, dest, flag, takes }: ScriptArgument): boolean {
  return takes !== 'switch' && (secret || isSecretName(dest) || isSecretName(flag));
}

/** Those whose value stands for a secret that nobody recorded. */
export function maskedArguments(all: readonly ScriptArgument[], words: readonly string[]): ScriptArgument[] {
  return [...assignWords(all, words).assigned].flatMap(([argument, { values }]) =>
    values.includes(masked) ? [argument] : [],
  );
}

/** The words without the secrets among them: those of known arguments, and those that their names or forms tell. */
export function withoutSecrets(form: ScriptForm | null, words: readonly string[]): string[] {
  const all = form?.arguments ?? [];
  const known = [...assignWords(all, words).assigned.keys()].filter(isSecretArgument);
  const left = known.reduce((kept, argument) => setArgument(all, kept, argument, undefined), [...words]);
  const { found } = maskArguments(left);
  const gone = new Set(
    found.flatMap(({ at, name }) => (typeof at === 'number' ? (left[at - 1] === name ? [at - 1, at] : [at]) : [])),
  );
  return left.filter((word, at) => !gone.has(at) && word !== masked);
}

/** The words as they may be shown. */
export function shownWords(form: ScriptForm | null, words: readonly string[]): string[] {
  const all = form?.arguments ?? [];
  const known = [...assignWords(all, words).assigned.keys()].filter(isSecretArgument);
  return maskArguments(known.reduce((kept, argument) => setArgument(all, kept, argument, [masked]), [...words])).args;
}
