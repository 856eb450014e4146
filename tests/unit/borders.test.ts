import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

const root = dirname(dirname(import.meta.dirname));

/** A room may import only what stands after it. */
const rooms = [
  'extension.ts',
  'window',
  'backend',
  'supervisor',
  'cli',
  'notebooks',
  'interop',
  'monitoring',
  'models',
  'tracking',
  'datasets',
  'project',
  'store',
  'contract',
  'base',
];

/** These are imported file by file; of the others, neighbours see index.ts. */
const open = ['contract', 'base'];

interface Import {
  file: string;
  /** As it is written. */
  from: string;
  /** Relative to the repository, for a file of ours. */
  target: string | undefined;
}

const importPattern = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*'([^'\n]+)'/g;

function files(...patterns: string[]): string[] {
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).map((file) => file.split(sep).join('/'));
}

function importsOf(file: string): Import[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map(([, from = '']) => ({
    file,
    from,
    target: from.startsWith('.') ? posix.join(posix.dirname(file), from) : undefined,
  }));
}

function room(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Names what breaks a rule, so that the failure says where to look. */
function assertNone(offenders: Import[], rule: string): void {
  assert.deepEqual(
    offenders.map(({ file, from }) => `${file} imports ${from}`),
    [],
    rule,
  );
}

describe('the borders between rooms', () => {
  const product = files('src/**/*.ts').flatMap(importsOf);
  const panels = files('webview/**/*.ts').flatMap(importsOf);

  it('are looked at: there are files in every room', () => {
    const found = new Set(files('src/**/*.ts').map(room));
    for (const name of found) assert.ok(rooms.includes(name), `src/${name} is no room of docs/architecture.md`);
    assert.ok(found.size > 8 && product.length > 100, `${found.size} rooms, ${product.length} imports`);
  });

  it('are crossed downwards only', () => {
    const upward = product.filter(({ file, target }) => {
      if (!target) return false;
      return !target.startsWith('src/') || rooms.indexOf(room(target)) < rooms.indexOf(room(file));
    });
    assertNone(upward, 'a room imports only rooms further down');
  });

  it('are crossed at index.ts', () => {
    const inside = product.filter(({ file, target }) => {
      if (!target || room(target) === room(file) || open.includes(room(target))) return false;
      return target !== `src/${room(target)}/index.ts`;
    });
    assertNone(inside, 'a neighbour sees only index.ts');
  });

  it('leave the supervisor with base, contract and Node alone', () => {
    const own = product.filter(({ file }) => room(file) === 'supervisor');
    assertNone(
      own.filter(({ from, target }) =>
        target ? !['supervisor', ...open].includes(room(target)) : !from.startsWith('node:'),
      ),
      'the supervisor carries no package and no other room',
    );
  });

  it('keep vscode in the window', () => {
    assertNone(
      product.filter(({ file, from }) => from === 'vscode' && !['window', 'extension.ts'].includes(room(file))),
      'only window/ imports vscode',
    );
  });

  it('keep SQLite in the driver', () => {
    assertNone(
      product.filter(
        ({ file, from }) => ['better-sqlite3', 'node:sqlite'].includes(from) && file !== 'src/store/driver.ts',
      ),
      'only store/driver.ts imports SQLite',
    );
  });

  it('keep the page in webview/, which shares types with contract/ and base/ alone', () => {
    const config = readFileSync(join(root, 'tsconfig.json'), 'utf8');
    assert.doesNotMatch(config, /"DOM/i, 'without the DOM’s types, tsc refuses it in src/');
    assertNone(
      panels.filter(({ target }) => target !== undefined && !/^(webview|src\/contract|src\/base)\//.test(target)),
      'a panel imports only contract/ and base/',
    );
  });
});

describe('what nobody may leave behind', () => {
  const self = relative(root, import.meta.filename)
    .split(sep)
    .join('/');
  const all = files('{src,webview,tests,scripts,bench,bin}/**/*.{ts,js,mjs}').filter((file) => file !== self);

  function offenders(pattern: RegExp, among: string[]): string[] {
    return among.flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n');
      return lines.flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : []));
    });
  }

  it('is a test that is left out, or leaves out others', () => {
    const tests = all.filter((file) => file.endsWith('.test.ts'));
    assert.ok(tests.length > 10);
    assert.deepEqual(
      offenders(/\b(describe|context|it|specify|suite|test)\.(only|skip)\b|\bx(it|describe)\(/, tests),
      [],
    );
  });

  it('is a check that is switched off', () => {
    assert.deepEqual(offenders(/@ts-(ignore|nocheck|expect-error)|biome-ignore|eslint-disable/, all), []);
  });

  it('is work that is put off', () => {
    assert.deepEqual(offenders(/\b(TODO|FIXME|XXX)\b/, all), []);
  });
});
