import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ScriptArgument, syntaxMessages } from '../../../src/contract/arguments.ts';
import { fillIn } from '../../../src/contract/errors.ts';
import { readScriptForm } from '../../../src/tracking/arguments/script-form.ts';
import { differences, realArguments } from '../../support/argparse-oracle.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/scripts');
const readable = join(fixtures, 'readable');

describe('readScriptForm', () => {
  for (const name of readdirSync(readable).filter((each) => each.endsWith('.py') && !each.startsWith('helpers'))) {
    it(`finds in ${name} what argparse itself says`, async () => {
      const real = realArguments(join(readable, name));
      const form = await readScriptForm(join(readable, name));
      assert.ok(real);
      assert.deepEqual(differences(form.arguments, real), []);
      assert.deepEqual(form.problems, []);
      assert.deepEqual(form.unread, []);
    });
  }

  it('describes an argument in full', async () => {
    const form = await readScriptForm(join(readable, 'plain.py'));
    assert.deepEqual(argument(form.arguments, 'lr'), {
      source: 'argparse',
      flag: '--lr',
      flags: ['--lr', '-l'],
      off: [],
      positional: false,
      dest: 'lr',
      type: 'number',
      takes: 'value',
      repeats: false,
      count: null,
      required: false,
      default: '1e-3',
      choices: null,
      suggestions: null,
      variable: null,
      secret: false,
      help: 'learning rate (1e-3)',
      command: null,
      line: 14,
    });
    assert.equal(argument(form.arguments, 'out').help, 'where runs go: 100% of them');
    assert.equal(argument(form.arguments, 'agree').flag, '--yes-please');
    assert.deepEqual(argument(form.arguments, 'amp').flags, ['--amp', '--no-amp']);
  });

  it('tells types apart, also behind functions', async () => {
    const plain = await readScriptForm(join(readable, 'plain.py'));
    const functions = await readScriptForm(join(readable, 'functions.py'));
    const types = (list: ScriptArgument[], ...names: string[]) => names.map((name) => argument(list, name).type);
    assert.deepEqual(types(plain.arguments, 'lr', 'batch_size', 'model', 'cuda', 'amp', 'verbose', 'flag', 'layers'), [
      'number',
      'integer',
      'string',
      'boolean',
      'boolean',
      'integer',
      'boolean',
      'integer',
    ]);
    assert.deepEqual(types(functions.arguments, 'data_dir', 'input', 'one', 'two', 'momentum'), [
      'path',
      'path',
      'integer',
      'integer',
      'number',
    ]);
  });

  it('says what is given again for every value', async () => {
    const { arguments: found } = await readScriptForm(join(readable, 'plain.py'));
    const repeated = found.filter((each) => each.repeats).map((each) => [each.flag, each.takes]);
    assert.deepEqual(repeated, [
      ['--verbose', 'switch'],
      ['--tag', 'value'],
    ]);
  });

  it('offers what is added before and after a loop, and says where the loop is', async () => {
    const form = await readScriptForm(join(fixtures, 'partly', 'loop.py'));
    assert.deepEqual(
      form.arguments.map((each) => each.flag),
      ['--before', '--after'],
    );
    assert.deepEqual(form.unread, [{ line: 6, column: 5, code: 'argument-in-loop', params: {} }]);
  });

  it('leaves out computed defaults and choices instead of guessing', async () => {
    const form = await readScriptForm(join(fixtures, 'partly', 'computed.py'));
    assert.deepEqual(
      form.arguments.map((each) => [each.flag, each.default, each.choices]),
      [
        ['--home', null, null],
        ['--cpus', null, null],
        ['--limit', null, null],
        ['--plugins', null, null],
      ],
    );
    assert.equal(argument(form.arguments, 'home').help, 'where (os.path.join("a", "b"))');
    assert.deepEqual(
      form.unread.map((each) => [each.line, each.code]),
      [[9, 'argument-computed']],
    );
  });

  it('names the function elsewhere that may add arguments', async () => {
    const form = await readScriptForm(join(fixtures, 'partly', 'elsewhere.py'));
    assert.deepEqual(
      form.arguments.map((each) => each.flag),
      ['--mine'],
    );
    assert.deepEqual(form.unread, [
      { line: 6, column: 1, code: 'parser-elsewhere', params: { name: 'somelib.add_arguments' } },
    ]);
  });

  it('joins the arguments of several parsers and says so', async () => {
    const form = await readScriptForm(join(fixtures, 'partly', 'several.py'));
    assert.deepEqual(
      form.arguments.map((each) => each.flag),
      ['--lr', '--seed', '--split'],
    );
    assert.deepEqual(
      form.unread.map((each) => each.code),
      ['several-parsers'],
    );
  });

  it('refuses what is not there', async () => {
    await assert.rejects(readScriptForm(join(fixtures, 'none.py')), { code: 'script-missing' });
    await assert.rejects(readScriptForm(fixtures), { code: 'script-is-folder' });
  });
});

describe('readScriptForm, of what Python will not parse', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-syntax-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const broken: [name: string, source: string | Buffer, line: number, column: number, text: RegExp][] = [
    ['an open bracket', 'import os\nx = foo(1,\ny = 3\nprint(y)\n', 2, 8, /“\(” is never closed/],
    ['a bracket too many', 'x = [1, 2))\ny = 1\n', 1, 10, /“\)” closes nothing/],
    ['an open string', "x = 'abc\ny = 1\n", 1, 5, /string is never closed/],
    ['an open docstring', 'x = 1\ny = """abc\ndef\n', 2, 5, /string is never closed/],
    ['a missing colon', 'x = 1\ndef main()\n    return 1\n', 2, 1, /colon is missing at the end of this “def” line/],
    ['too deep an indent', 'def f():\n    x = 1\n      y = 2\n', 3, 7, /indentation does not match/],
    ['too shallow an indent', 'def f():\n        x = 1\n    y = 2\nz = 3\n', 3, 5, /indentation does not match/],
    ['an unnamed argument after a named one', 'f(1, a=2, 3)\n', 1, 11, /without a name/],
    ['= for ==', 'def main():\n    if x = 1:\n        pass\n', 2, 10, /== compares/],
    ['an empty body', 'def main():\n\nmain()\n', 1, 1, /indented block is missing after “def main\(\):”/],
    ['words in a row', 'import os\na b c d\n', 2, 1, /cannot make sense of this: “a b c/],
    ['Python 2', 'x = 1\nprint "x"\n', 2, 1, /Python 2: print is a function/],
    ['Python 2 raise', 'raise ValueError, "x"\n', 1, 1, /Python 2: write raise/],
    ['Python 2 octal', 'x = 1\ny = 0777\n', 2, 5, /Python 2: an octal/],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), 1, 5, /not text/],
    ['latin-1 undeclared', Buffer.from('x = 1\ny = "\xe9"\n', 'latin1'), 2, 6, /0xe9 is not UTF-8/],
    ['an unknown encoding', '# coding: klingon\nx = 1\n', 1, 1, /no encoding “klingon”/],
  ];
  for (const [name, source, line, column, text] of broken) {
    it(`says where and what: ${name}`, async () => {
      const file = join(folder, 'broken.py');
      writeFileSync(file, source);
      const [problem] = (await readScriptForm(file)).problems;
      assert.ok(problem);
      assert.match(fillIn(syntaxMessages[problem.code], problem.params), text);
      assert.deepEqual([problem.line, problem.column], [line, column]);
    });
  }

  it('still offers the arguments that stand before the error', async () => {
    const file = join(folder, 'half.py');
    writeFileSync(
      file,
      'import argparse\np = argparse.ArgumentParser()\np.add_argument("--a")\np.parse_args()\nprint "x"\n',
    );
    const form = await readScriptForm(file);
    assert.equal(form.problems.length, 1);
    assert.deepEqual(
      form.arguments.map((each) => each.flag),
      ['--a'],
    );
  });
});

function argument(list: ScriptArgument[], dest: string): ScriptArgument {
  const found = list.find((each) => each.dest === dest);
  assert.ok(found, dest);
  return found;
}
