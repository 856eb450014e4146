import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { commands } from '../../src/cli/commands.ts';
import { parseCommand } from '../../src/cli/parse.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'tests/*.md'], { cwd: root })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => !file.includes('node_modules'));

interface Fence {
  file: string;
  line: number;
  language: string;
  text: string;
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function fences(file: string): Fence[] {
  const pattern = /^```(\w*)\n([\s\S]*?)^```$/gm;
  return [...read(file).matchAll(pattern)].map(({ 1: language = '', 2: text = '', index }) => ({
    file,
    line: read(file).slice(0, index).split('\n').length,
    language,
    text,
  }));
}

/** The words of a command line, as a shell splits them. */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) =>
    double === undefined ? (single ?? plain ?? '') : double.replace(/\\(.)/g, '$1'),
  );
}

function commandLines(file: string): { place: string; words: string[] }[] {
  return fences(file)
    .filter(({ language }) => language === 'sh' || language === 'console')
    .flatMap(({ line, text }) =>
      text.split('\n').map((each, index) => ({ place: `${file}:${line + 1 + index}`, words: words(each) })),
    )
    .filter((each) => each.words[0] === 'trainyard');
}

/** `trainyard …` in running text. Words in capitals and dots stand for something. */
function mentions(file: string): { place: string; words: string[] }[] {
  const text = read(file).replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/`(trainyard [^`]+)`/g)].map(([, line = '']) => ({ place: file, words: words(line) }));
}

describe('the documentation', () => {
  it('is there', () => {
    for (const file of ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'docs/README.md'])
      assert.ok(pages.includes(file));
    assert.match(read('LICENSE'), /^MIT License/);
    assert.ok(pages.length > 10);
  });

  for (const file of pages) {
    it(`links to what exists: ${file}`, () => {
      const prose = read(file).replace(/^```[\s\S]*?^```$/gm, '');
      const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^(https?:|mailto:)/.test(target))
        .filter((target) => {
          const [path = '', anchor] = target.split('#');
          const linked = path === '' ? join(root, file) : resolve(root, dirname(file), decodeURIComponent(path));
          if (!existsSync(linked)) return true;
          return anchor !== undefined && !anchors(readFileSync(linked, 'utf8')).includes(anchor);
        });
      assert.deepEqual(broken, []);
    });
  }

  it('names only commands and options that there are', () => {
    const all = pages.flatMap((file) => [...commandLines(file), ...mentions(file)]);
    assert.ok(all.length > 20, `only ${all.length} commands are mentioned`);
    for (const { place, words: line } of all) {
      const [, name = '', ...rest] = line;
      if (name === 'help') continue;
      const command = commands.find((each) => each.name === name);
      assert.ok(command, `${place}: there is no command ${name}`);
      assert.doesNotThrow(() => parseCommand(command, rest, root), `${place}: ${line.join(' ')}`);
    }
  });

  it('names only commands of the palette that there are', () => {
    const titles = new Set(Object.values(JSON.parse(read('package.nls.json')) as Record<string, string>));
    for (const file of pages) {
      for (const [, title = ''] of read(file).matchAll(/`Trainyard: ([^`]+)`/g)) {
        assert.ok(titles.has(title), `${file}: there is no command ${title}`);
      }
    }
  });

  it('names only npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json'));
    for (const file of pages) {
      for (const [, name = ''] of read(file).matchAll(/npm (?:run )?((?:start|test|build|lint|package)(?::\w+)?)\b/g)) {
        assert.ok(scripts[name], `${file}: there is no npm script ${name}`);
      }
    }
  });

  it('lists every dependency with its version', () => {
    const manifest = JSON.parse(read('package.json'));
    const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
    const listed = [...read('docs/libraries.md').matchAll(/^\| (\S+) \| (\d\S*) \|/gm)].map(([, name, version]) => [
      name,
      version,
    ]);
    assert.deepEqual(Object.fromEntries(listed), wanted);
  });

  it('speaks of errors as they are worded', () => {
    const messages = read('src/contract/errors.ts');
    for (const [, quoted = ''] of read('docs/howto/train.md').matchAll(/^\| “([^”…]+)/gm)) {
      assert.ok(messages.includes(quoted.trim()), quoted);
    }
  });
});

describe('the commands of the documentation', () => {
  let workspace: string;
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'trainyard-home-'));
  });
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'trainyard-docs-'));
    cpSync(join(root, 'examples', 'credit'), workspace, {
      recursive: true,
      filter: (path) => !/[\\/](\.venv|__pycache__|\.trainyard)$/.test(path),
    });
  });
  beforeEach(() => {
    const script = join(workspace, 'train.py');
    writeFileSync(script, readFileSync(script, 'utf8').replace('default=80', 'default=5'));
  });
  afterEach(() => rmSync(workspace, { recursive: true, force: true }));
  after(() => rmSync(home, { recursive: true, force: true }));

  for (const file of ['README.md', 'docs/howto/train.md', 'examples/credit/README.md']) {
    it(`run, one after the other, in the sample: ${file}`, function () {
      this.timeout(300_000);
      const lines = commandLines(file).filter(({ words: line }) => !line.includes('.venv/bin/python'));
      assert.ok(lines.length >= 5, `only ${lines.length} commands`);
      for (const { place, words: line } of lines) {
        const { status, stdout, stderr } = trainyard(line.slice(1));
        assert.equal(status, 0, `${place}: ${line.join(' ')}\n${stdout}${stderr}`);
      }
    });
  }

  it('log what the how-to says, without an interpreter of its own', function () {
    this.timeout(60_000);
    const examples = fences('docs/howto/train.md').filter(({ language }) => language === 'python');
    const [logging] = examples;
    assert.ok(logging);
    const code = `${logging.text}\nassert trainyard.__version__\n`;
    const { status, stdout, stderr } = trainyard(['run', '--name', 'example', '--', 'python3', '-c', code]);
    assert.equal(status, 0, stdout + stderr);
    const shown = JSON.parse(trainyard(['show', 'example', '--json']).stdout);
    assert.equal(shown.metrics.loss.count, 3);
    assert.equal(shown.metrics['val/auc'].last, 0.78);
    assert.deepEqual(shown.params.layers, [64, 32]);
    assert.equal(shown.tags.team, 'risk');
  });

  function trainyard(args: string[]) {
    const program = join(root, 'bin', 'trainyard.js');
    return spawnSync(process.execPath, [program, ...args], {
      cwd: workspace,
      encoding: 'utf8',
      env: { ...process.env, TRAINYARD_HOME: home },
    });
  }
});

function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
