import assert from 'node:assert/strict';
import type { ScriptArgument } from '../../../src/contract/arguments.ts';
import {
  activeArguments,
  assignWords,
  missingArguments,
  setArgument,
  setRest,
  valueProblem,
} from '../../../src/window/script-arguments.ts';

function argument(flag: string, more: Partial<ScriptArgument> = {}): ScriptArgument {
  return {
    source: 'argparse',
    flag,
    flags: flag.startsWith('-') ? [flag] : [],
    off: [],
    positional: !flag.startsWith('-'),
    dest: flag.replace(/^-+/, ''),
    type: 'string',
    takes: 'value',
    repeats: false,
    count: null,
    required: false,
    default: null,
    choices: null,
    suggestions: null,
    variable: null,
    secret: false,
    help: null,
    command: null,
    line: 1,
    ...more,
  };
}

const data = argument('data', { required: true });
const rate = argument('--learning-rate', { flags: ['--learning-rate', '--lr'], type: 'number', default: '0.1' });
const layers = argument('--layers', { takes: 'values', type: 'integer' });
const tag = argument('--tag', { repeats: true });
const shuffle = argument('--shuffle', { takes: 'switch', type: 'boolean' });
const all = [data, rate, layers, tag, shuffle];

const valuesOf = (words: string[], known = all) =>
  Object.fromEntries([...assignWords(known, words).assigned].map(([{ flag }, { values }]) => [flag, values]));

describe('the words of a command line', () => {
  it('are given to the arguments of the script', () => {
    const words = ['x.csv', '--lr', '0.5', '--layers', '64', '32', '--shuffle', '--tag=a', '--tag', 'b'];
    assert.deepEqual(valuesOf(words), {
      data: ['x.csv'],
      '--learning-rate': ['0.5'],
      '--layers': ['64', '32'],
      '--shuffle': ['--shuffle'],
      '--tag': ['a', 'b'],
    });
  });

  it('take a negative number for a value, not for an option', () => {
    assert.deepEqual(valuesOf(['--lr', '-0.5']), { '--learning-rate': ['-0.5'] });
  });

  it('that no argument knows stay apart, with what follows them', () => {
    const words = ['x.csv', '--unknown', '3', '--lr', '1', '--', '--lr', '2'];
    const { rest } = assignWords(all, words);
    assert.deepEqual(
      rest.map((at) => words[at]),
      ['--unknown', '3', '--', '--lr', '2'],
    );
  });

  it('change in one place only when an argument is set', () => {
    const words = ['x.csv', '--lr', '0.5', '--unknown', '3'];
    assert.deepEqual(setArgument(all, words, rate, ['7']), ['x.csv', '--learning-rate', '7', '--unknown', '3']);
    assert.deepEqual(setArgument(all, words, data, ['y z.csv']), ['y z.csv', '--lr', '0.5', '--unknown', '3']);
    assert.deepEqual(setArgument(all, words, rate, undefined), ['x.csv', '--unknown', '3']);
  });

  it('get a missing positional at its place, an option at the end but before “--”', () => {
    assert.deepEqual(setArgument(all, ['--shuffle'], data, ['x.csv']), ['x.csv', '--shuffle']);
    assert.deepEqual(setArgument(all, ['x.csv', '--', 'y'], shuffle, ['--shuffle']), ['x.csv', '--shuffle', '--', 'y']);
  });

  it('repeat the flag for an argument that is repeated', () => {
    assert.deepEqual(setArgument(all, ['--tag', 'a', 'x.csv', '--tag', 'b'], tag, ['c', 'd', 'e']), [
      ...['--tag', 'c', '--tag', 'd', '--tag', 'e'],
      'x.csv',
    ]);
  });

  it('glue a value that looks like an option to its flag', () => {
    const words = setArgument(all, [], rate, ['-inf']);
    assert.deepEqual(words, ['--learning-rate=-inf']);
    assert.deepEqual(valuesOf(words), { '--learning-rate': ['-inf'] });
  });

  it('get other words instead of those that no argument knows', () => {
    assert.deepEqual(setRest(all, ['x.csv', '--unknown', '3', '--lr', '1'], ['-v']), ['x.csv', '-v', '--lr', '1']);
  });

  it('without a required value are incomplete', () => {
    assert.deepEqual(missingArguments(all, ['--lr', '1']), [data]);
    assert.deepEqual(missingArguments(all, ['x.csv']), []);
  });
});

describe('the arguments of a sub-command', () => {
  const command = argument('command', { choices: ['fit', 'score'] });
  const verbose = argument('--verbose', { takes: 'switch' });
  const epochs = argument('--epochs', { command: 'fit', type: 'integer' });
  const model = argument('--model', { command: 'score' });
  const known = [command, verbose, epochs, model];

  it('count only once it is chosen', () => {
    assert.deepEqual(activeArguments(known, ['fit']), [command, verbose, epochs]);
    assert.deepEqual(activeArguments(known, []), [command, verbose]);
  });

  it('are typed after it, the script’s own before it', () => {
    assert.deepEqual(setArgument(known, ['fit'], epochs, ['3']), ['fit', '--epochs', '3']);
    assert.deepEqual(setArgument(known, ['fit', '--epochs', '3'], verbose, ['--verbose']), [
      ...['--verbose', 'fit'],
      ...['--epochs', '3'],
    ]);
  });
});

describe('a value that a person types', () => {
  it('is checked by what the script declares', () => {
    assert.equal(valueProblem(layers, '64'), undefined);
    assert.equal(valueProblem(layers, '6.4'), 'integer');
    for (const number of ['1', '-1.5', '.5', '1e-3', '1_000.0', 'inf', '-Infinity', 'nan']) {
      assert.equal(valueProblem(rate, number), undefined, number);
    }
    for (const text of ['', 'x', '1,5', '1e', '--1']) assert.equal(valueProblem(rate, text), 'number', text);
    assert.equal(valueProblem(argument('--a', { choices: ['x'] }), 'y'), 'choice');
  });
});
