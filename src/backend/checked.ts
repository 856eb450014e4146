import type { z } from 'zod';
import type { Handlers } from '../base/rpc.ts';
import { type Api, callInputs } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';

type CallName = keyof typeof callInputs;
export type CheckedInput<Name extends CallName> = z.output<(typeof callInputs)[Name]>;

/** Answers to calls whose inputs have been parsed. */
export type Answers = {
  [Name in CallName]: (input: CheckedInput<Name>, signal: AbortSignal) => Promise<Api[Name]['output']>;
};

/** Parses every input where it arrives; `bad-input` names the call and the place in it. */
export function checked(answers: Answers): Handlers<Api> {
  const names = Object.keys(callInputs) as CallName[];
  return Object.fromEntries(names.map((name) => [name, parsed(name, answers)])) as unknown as Handlers<Api>;
}

function parsed<Name extends CallName>(name: Name, answers: Answers) {
  const schema: z.ZodType = callInputs[name];
  return async (input: unknown, signal: AbortSignal) => {
    const result = schema.safeParse(input);
    if (!result.success) {
      const issue = result.error.issues[0];
      const what = [name, ...(issue?.path ?? [])].map(String).join('.');
      throw fault('bad-input', { what, problem: issue?.message ?? 'wrong' });
    }
    return answers[name](result.data as CheckedInput<Name>, signal);
  };
}
