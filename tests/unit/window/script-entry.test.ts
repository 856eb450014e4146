import assert from 'node:assert/strict';
import { entryLine } from '../../../src/window/script-entry.ts';

const guard = 'if __name__ == "__main__":\n    main()\n';

describe('where a script starts', () => {
  const cases: [what: string, text: string, line: number | undefined][] = [
    ['its guard', `import sys\n\ndef main():\n    pass\n\n${guard}`, 5],
    ['a guard the other way round', `import sys\nif '__main__' == __name__:\n    main()\n`, 1],
    ['its guard, not an example of one in a string', `"""\n${guard}"""\nimport sys\n${guard}`, 5],
    ['its guard rather than a decorator above it', `import click\n@click.command()\ndef f(): ...\n${guard}`, 3],
    ['a hydra main', 'import hydra\n\n@hydra.main(config_name="c")\ndef main(cfg): ...\n', 2],
    ['a click command', 'import click\n@click.command()\ndef main(): ...\nmain()\n', 1],
    ['a typer command', 'import typer\napp = typer.Typer()\n\n@app.command()\ndef main(): ...\napp()\n', 3],
    ['a call of fire', 'import fire\ndef main(): ...\nfire.Fire(main)\n', 2],
    ['the top, where it works as it is read', 'import math\nfor i in range(3):\n    print(i)\n', 0],
    ['the top, where it calls a method', 'from sklearn.svm import SVC\nSVC().fit([[0], [1]], [0, 1])\n', 0],
    [
      'nowhere, where names are defined',
      'import math\n\ndef f():\n    for i in range(3):\n        print(i)\n',
      undefined,
    ],
    ['nowhere in an empty file', '', undefined],
  ];
  for (const [what, text, line] of cases) {
    it(`is ${what}`, () => assert.equal(entryLine(text, '/project/train.py'), line));
  }

  it('is nowhere in files that are not run by themselves', () => {
    const text = 'import math\nprint(math.pi)\n';
    assert.equal(entryLine(text, '/project/train.py'), 0);
    for (const name of ['__init__.py', 'setup.py', 'conftest.py', 'test_model.py']) {
      assert.equal(entryLine(text, `/project/${name}`), undefined, name);
    }
  });
});
