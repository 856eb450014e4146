import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(dirname(import.meta.dirname));

function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

/** The fields of a manifest that VS Code shows to people. */
const shown = new Set([
  'title',
  'shortTitle',
  'description',
  'markdownDescription',
  'label',
  'category',
  'displayName',
  'contents',
  'altText',
  'enumDescriptions',
  'markdownEnumDescriptions',
  'enumItemLabels',
  'deprecationMessage',
  'markdownDeprecationMessage',
  'contextualTitle',
]);

/** The same in every language. */
const productName = 'Trainyard';

interface Text {
  at: string;
  text: string;
}

/** A view's name is shown, a command's or a view container's id is not. */
function texts(value: unknown, at: string, key = ''): Text[] {
  if (typeof value === 'string') {
    const isViewName = key === 'name' && at.startsWith('contributes.views.');
    return shown.has(key) || isViewName ? [{ at, text: value }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => texts(item, `${at}.${index}`, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => texts(item, at ? `${at}.${name}` : name, name));
}

describe('package.json', () => {
  const manifest = readJson('package.json');
  const strings = readJson('package.nls.json');
  const { contributes, capabilities } = manifest;
  const found = texts({ contributes, capabilities }, '').filter(({ text }) => text !== productName);

  it('says nothing to a person but through package.nls.json', () => {
    assert.ok(found.length > 20, `only ${found.length} texts were found`);
    const plain = found.filter(({ text }) => !/^%[^%]+%$/.test(text));
    assert.deepEqual(plain, []);
  });

  it('has a string for every key', () => {
    const missing = found.filter(({ text }) => !Object.hasOwn(strings, text.slice(1, -1)));
    assert.deepEqual(missing, []);
  });

  it('has no string that nobody asks for', () => {
    const asked = new Set(found.map(({ text }) => text.slice(1, -1)));
    assert.deepEqual(
      Object.keys(strings).filter((key) => !asked.has(key)),
      [],
    );
  });

  it('names commands in its menus that it has', () => {
    const { commands, menus } = contributes as {
      commands: { command: string }[];
      menus: Record<string, { command?: string }[]>;
    };
    const known = new Set(commands.map(({ command }) => command));
    const strange = Object.values(menus)
      .flat()
      .flatMap(({ command }) => (command === undefined || known.has(command) ? [] : [command]));
    assert.deepEqual(strange, []);
  });

  it('names files that are there', () => {
    const paths = [...JSON.stringify(manifest).matchAll(/"(media\/[^"]+)"/g)].map(([, path = '']) => path);
    assert.ok(paths.length > 0);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
});
