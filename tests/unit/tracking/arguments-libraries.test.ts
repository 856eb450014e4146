import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { ScriptArgument } from '../../../src/contract/arguments.ts';
import { composeConfig } from '../../../src/tracking/arguments/hydra-config.ts';
import { readScriptForm } from '../../../src/tracking/arguments/script-form.ts';
import { assignWords, setArgument } from '../../../src/window/script-arguments.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/scripts/libraries');
let folder: string;

function write(files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0] as string);
}

/** What a person sees of the arguments, one line each. */
function lines(found: ScriptArgument[]): string[] {
  return found.map((each) =>
    [
      ...(each.command === null ? [] : [`${each.command}:`]),
      each.flags.join('|') || each.flag,
      each.type,
      each.takes + (each.count ? `(${each.count})` : ''),
      ...(each.repeats ? ['again'] : []),
      ...(each.required ? ['required'] : []),
      ...(each.default === null ? [] : [`= ${each.default}`]),
      ...(each.choices ? [`{${each.choices}}`] : []),
      ...(each.help ? [`(${each.help})`] : []),
    ].join(' '),
  );
}

async function linesOf(files: Record<string, string>): Promise<string[]> {
  const form = await readScriptForm(write(files));
  return [...lines(form.arguments), ...form.unread.map(({ line, code }) => `${line}: ${code}`)];
}

describe('readScriptForm, of the libraries that read command lines', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-forms-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reads options and arguments of click, with custom decorators and what click asks for', async () => {
    const { arguments: found, unread } = await readScriptForm(join(fixtures, 'click_train.py'));
    assert.deepEqual(unread, []);
    assert.deepEqual(lines(found).slice(0, 12), [
      'data path value required',
      'more path values',
      '--lr|-l number value = 1e-3 (learning rate)',
      '--batch-size integer value = 32',
      '--shuffle|--no-shuffle boolean switch = True',
      '--fast|-f|--slow|-s boolean switch = False',
      '--amp boolean switch = False',
      '--tag string value again',
      '--size integer values(2) = 28 28',
      '--point number values(2)',
      '-v|--verbose integer switch again',
      '--upper boolean switch',
    ]);
    assert.deepEqual(lines(found).slice(-6), [
      '--out path value',
      '--password string value required',
      '--warmup number value = 0.1',
      '--notes string value again = "a b" c',
      '--device string value = cpu {cpu,cuda}',
      '--seed integer value = 0 (for reproducibility)',
    ]);
    const named = (dest: string) => found.find((each) => each.dest === dest);
    assert.equal(named('rate')?.flag, '--lr');
    assert.equal(named('password')?.secret, true);
    assert.deepEqual(named('fast')?.off, ['--slow', '-s']);
    assert.equal(named('tag')?.variable, 'TAGS');
    assert.equal(named('name')?.required, true, 'nobody answers its question');
  });

  it('reads groups of click', async () => {
    const { arguments: found } = await readScriptForm(join(fixtures, 'click_group.py'));
    assert.deepEqual(lines(found), [
      '--verbose boolean switch = False',
      'command string value required {fit,score-all,models,serve,host}',
      'fit: data string value required',
      'fit: --epochs integer value = 3',
      'fit: --verbose boolean switch = False',
      'score-all: --metric string value required {auc,f1}',
      'models: --registry string value = local',
      'models: command string value {push}',
      'models push: name string value required',
      'models push: --force|--no-force boolean switch = False',
      'serve: --port integer value = 8080',
      'host: --port integer value = 8080',
    ]);
  });

  it('follows a command of click into another file', async () => {
    const found = await linesOf({
      'main.py':
        'import click\nfrom commands import train\n@click.group()\ndef cli(): pass\ncli.add_command(train)\ncli()\n',
      'commands.py': 'import click\n@click.command()\n@click.option("--lr", default=0.1)\ndef train(lr): pass\n',
    });
    assert.deepEqual(found, ['command string value required {train}', 'train: --lr number value = 0.1']);
  });

  it('says which option of click it could not read', async () => {
    const text =
      'import click\nfrom somewhere import NAME\n@click.command()\n@click.option(NAME)\n@click.option("--lr")\ndef f(**k): pass\nf()\n';
    assert.deepEqual(await linesOf({ 'main.py': text }), ['--lr string value', '4: argument-computed']);
  });

  it('takes a file called click.py for what it is', async () => {
    const text = 'import click\n@click.command()\n@click.option("--lr")\ndef f(**k): pass\nf()\n';
    assert.deepEqual(
      await linesOf({ 'main.py': text, 'click.py': 'def command(): pass\ndef option(name): pass\n' }),
      [],
    );
  });

  it('reads typer in both of its styles', async () => {
    const { arguments: found, unread } = await readScriptForm(join(fixtures, 'typer_train.py'));
    assert.deepEqual(unread, []);
    assert.deepEqual(lines(found), [
      'data path value required',
      'files path values = a.csv (more data)',
      '--lr number value = 1e-3',
      '--batch-size|-b integer value = 32 (per step)',
      '--model string value = small-net {small-net,large-net}',
      '--layers integer value again = 64 32',
      '--size integer values(2) = 28 28',
      '--resume|--no-resume boolean switch = False',
      '--cache boolean switch = False',
      '--accept|--reject boolean switch = False',
      '--note string value',
      '--weights path value',
      '--verbose|-v integer switch again = 0',
      '--token string value required',
      '--user string value required = me',
      '--fraction number value',
    ]);
    assert.equal(found.find(({ dest }) => dest === 'token')?.variable, 'TOKEN');
  });

  it('gives an application of typer a sub-command only where it has several', async () => {
    const one = 'import typer\napp = typer.Typer()\n@app.command()\ndef fit(lr: float = 0.1): pass\n';
    assert.deepEqual(await linesOf({ 'one.py': `${one}app()\n` }), ['--lr number value = 0.1']);
    const two = `${one}@app.command()\ndef score_all(x: int): pass\nif __name__ == "__main__":\n    app()\n`;
    assert.deepEqual(await linesOf({ 'two.py': two }), [
      'command string value required {fit,score-all}',
      'fit: --lr number value = 0.1',
      'score-all: x integer value required',
    ]);
  });

  it('reads the dataclasses of HfArgumentParser, and names those that are not in the folder', async () => {
    const text = `from dataclasses import dataclass, field
from typing import List, Literal, Optional
from transformers import HfArgumentParser, TrainingArguments

@dataclass
class Common:
    seed: int = 42

@dataclass
class ModelArguments(Common):
    model_name: str = field(metadata={"help": "what to start from"})
    config: Optional[str] = field(default=None, metadata={"help": "another"})
    lr: float = 1e-3
    use_fast: bool = field(default=True)
    kind: Literal["a", "b"] = "a"
    layers: List[int] = field(default_factory=lambda: [1])

parser = HfArgumentParser((ModelArguments, TrainingArguments))
model_args, training_args = parser.parse_args_into_dataclasses()
`;
    assert.deepEqual(await linesOf({ 'main.py': text }), [
      '--seed integer value = 42',
      '--model_name|--model-name string value required (what to start from)',
      '--config string value (another)',
      '--lr number value = 1e-3',
      '--use_fast|--use-fast boolean value = True {True,False}',
      '--kind string value = a {a,b}',
      '--layers integer values',
      '18: parser-elsewhere',
    ]);
  });

  it('reads functions, classes and mappings of fire, with the help of their docstrings', async () => {
    const read = async (name: string) => lines((await readScriptForm(join(fixtures, name))).arguments);
    assert.deepEqual(await read('fire_function.py'), [
      '--data literal value required (where the data is)',
      '--base_model|--base-model string value =  (what to start from, a name or a path)',
      '--lr number value = 3e-4 (learning rate)',
      '--epochs number value = 3',
      '--layers literal value = [64, 32]',
      '--shuffle boolean value = True {True,False}',
      '--resume literal value',
      '--val_set_size|--val-set-size integer value = 2000',
    ]);
    assert.deepEqual(await read('fire_class.py'), [
      '--seed number value = 0',
      '--name string value = net',
      'command string value {fit,version,describe}',
      'fit: --epochs integer value = 3 (how often)',
      'fit: --lr number value = 0.1',
      'version: --short boolean value = False {True,False}',
    ]);
    assert.deepEqual(await read('fire_mapping.py'), [
      'command string value {fit,evaluate}',
      'fit: --epochs integer value = 3',
      'evaluate: --metric literal value required',
      'evaluate: paths literal values',
    ]);
  });

  it('reads the names of a script that gives fire nothing, and says what takes anything', async () => {
    const text =
      'import fire\ndef fit(lr=0.1, **more):\n    """Fit.\n\n    Parameters\n    ----------\n    lr : float\n        How fast.\n    """\ndef _no(): pass\nfire.Fire()\n';
    assert.deepEqual(await linesOf({ 'main.py': text }), [
      'command string value {fit}',
      'fit: --lr number value = 0.1 (How fast.)',
      '11: parameter-open',
    ]);
  });

  it('reads what Hydra composes, with comments and groups', async () => {
    const { arguments: found, unread } = await readScriptForm(join(fixtures, 'hydra_train.py'));
    assert.deepEqual(unread, []);
    const shown = lines(found);
    for (const line of [
      'optimizer string value = adam {adam,sgd}',
      'data@source string value = csv {csv}',
      'experiment string value {fast}',
      'lr number value = 1e-3 (how fast it learns)',
      'epochs integer value = 30 (how often)',
      `steps literal value = \${epochs}`,
      'checkpoint literal value required',
      'shuffle boolean value = true {true,false}',
      "layers literal value = [64,32,'a, b',{x:1}]",
      'other.warmup number value = .5',
      'other.kind string value = step',
      'source.delimiter string value = ,',
      'scheduler.steps integer value = 10',
    ]) {
      assert.ok(shown.includes(line), `${line} in\n${shown.join('\n')}`);
    }
    assert.ok(!shown.some((line) => line.startsWith('hydra')));
  });

  it('says which configuration is missing, broken or elsewhere', async () => {
    const main = (name: string) =>
      `import hydra\n@hydra.main(config_path="c", config_name="${name}")\ndef main(c): pass\nmain()\n`;
    assert.deepEqual(await linesOf({ 'a.py': main('none') }), ['2: config-missing']);
    assert.deepEqual(await linesOf({ 'a.py': main('bad'), 'c/bad.yaml': 'lr: [1\n' }), ['2: config-unreadable']);
    const computed = {
      'a.py': main('other'),
      'c/other.yaml': `defaults:\n  - db: \${which}\n  - gone\n  - _self_\nlr: 1\n`,
    };
    assert.deepEqual(await linesOf(computed), ['lr integer value = 1', '2: config-elsewhere']);
  });

  it('does not run in circles where configurations include each other', () => {
    write({ 'a.yaml': 'defaults: [b]\nx: 1\n', 'b.yaml': 'defaults: [a]\ny: 2\n' });
    const { settings, unread } = composeConfig(folder, 'a');
    assert.deepEqual(settings.map(({ key }) => key).sort(), ['x', 'y']);
    assert.ok(unread.length > 0);
  });

  it('answers for any YAML', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '<<',
      '"',
      "'",
      '|',
      '#',
      '?',
      '!',
      'defaults',
      '1e3',
      '${',
      '---',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        write({ 'a.yaml': pieces.join('') });
        const { settings, unread } = composeConfig(folder, 'a');
        assert.ok(Array.isArray(settings) && Array.isArray(unread));
      }),
      { numRuns: 500 },
    );
  });

  it('suggests settings files where an argument takes one, as the script would be given them', async () => {
    const text =
      'import argparse\np = argparse.ArgumentParser()\np.add_argument("--config")\np.add_argument("--setup", default="a.json")\np.add_argument("--name")\np.parse_args()\n';
    const script = write({
      'src/train.py': text,
      'src/local.yaml': 'a: 1',
      'configs/deep/big.yml': 'a: 1',
      'a.json': '{}',
      'data/table.yaml': '',
    });
    const { arguments: found } = await readScriptForm(script, folder);
    assert.deepEqual(
      found.map(({ suggestions }) => suggestions),
      [['configs/deep/big.yml', 'src/local.yaml'], ['a.json'], null],
    );
  });
});

describe('the command lines that the form writes', () => {
  const of = async (name: string) => (await readScriptForm(join(fixtures, name))).arguments;
  const named = (all: ScriptArgument[], dest: string, command: string | null = null) =>
    all.find((each) => each.dest === dest && each.command === command) as ScriptArgument;

  it('keep the options of a click group before its sub-command, also where both have one of a name', async () => {
    const all = await of('click_group.py');
    const inner = setArgument(all, ['fit', 'x.csv'], named(all, 'verbose', 'fit'), ['--verbose']);
    assert.deepEqual(inner, ['fit', 'x.csv', '--verbose']);
    const both = setArgument(all, inner, named(all, 'verbose'), ['--verbose']);
    assert.deepEqual(both, ['--verbose', 'fit', 'x.csv', '--verbose']);
    const { assigned, command } = assignWords(all, both);
    assert.equal(command, 'fit');
    assert.deepEqual(assigned.get(named(all, 'verbose', 'fit'))?.spans, [[3, 4]]);
    assert.deepEqual(setArgument(all, both, named(all, 'verbose'), undefined), inner);
    const deep = setArgument(all, ['models', 'push', 'net'], named(all, 'registry', 'models'), ['far']);
    assert.deepEqual(deep, ['models', '--registry', 'far', 'push', 'net']);
  });

  it('give an option of click as many words as it takes, whatever they look like', async () => {
    const all = await of('click_train.py');
    const words = ['d.csv', '--size', '3', '4', '--lr', '-1', '--notes', 'a', '--notes', '-b'];
    const { assigned, rest } = assignWords(all, words);
    assert.deepEqual(rest, []);
    assert.deepEqual(assigned.get(named(all, 'size'))?.values, ['3', '4']);
    assert.deepEqual(assigned.get(named(all, 'notes'))?.values, ['a', '-b']);
  });

  it('quote for fire what it would take for a number, a list or a name of Python', async () => {
    const all = await of('fire_function.py');
    const base = named(all, 'base_model');
    const spelled = ['gpt2', '7', 'True', 'a, b', "it's", 'a/b.csv'].map(
      (text) => setArgument(all, [], base, [text])[0],
    );
    assert.deepEqual(spelled, [
      '--base_model=gpt2',
      '--base_model="7"',
      '--base_model="True"',
      '--base_model="a, b"',
      '--base_model="it\'s"',
      '--base_model=a/b.csv',
    ]);
    const { assigned } = assignWords(all, ['x.csv', '--base-model', '"7"', '--lr=1']);
    assert.deepEqual(assigned.get(base)?.values, ['7']);
    assert.deepEqual(assigned.get(named(all, 'data'))?.values, ['x.csv']);
  });

  it('are overrides for Hydra, and leave alone what is none of a known key', async () => {
    const all = await of('hydra_train.py');
    const words = ['-m', 'lr=0.1,0.2', '+new=1', '~other'];
    const { assigned, rest } = assignWords(all, words);
    assert.deepEqual(assigned.get(named(all, 'lr'))?.values, ['0.1,0.2']);
    assert.deepEqual(rest, [0, 2, 3]);
    const more = setArgument(all, words, named(all, 'name'), ["a 'b' \\"]);
    assert.deepEqual(more.slice(-1), ["name='a \\'b\\' \\\\'"]);
    assert.deepEqual(assignWords(all, more).assigned.get(named(all, 'name'))?.values, ["a 'b' \\"]);
    assert.deepEqual(setArgument(all, more, named(all, 'lr'), ['3'])[1], 'lr=3');
  });

  it('read back as what was put in, whatever the text', async () => {
    const forms = await Promise.all(['fire_function.py', 'hydra_train.py'].map(of));
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.string({ unit: 'binary', maxLength: 12 }), (all, text) => {
        const argument = all.find(({ type, choices }) => type === 'string' && !choices) as ScriptArgument;
        const words = setArgument(all, [], argument, [text]);
        assert.deepEqual(assignWords(all, words).assigned.get(argument)?.values, [text]);
      }),
      { numRuns: 2000 },
    );
  });
});
