import assert from 'node:assert/strict';
import { age, duration, shortNumber } from '../../../src/window/format.ts';
import { escapeMarkdown, withoutIcons, withoutLinks } from '../../../src/window/markdown.ts';

describe('text in Markdown', () => {
  it('cannot become a link, an image, an icon, HTML or a heading', () => {
    for (const text of [
      '[a](b)',
      '![a](b)',
      '$(bug)',
      '<img src=x>',
      '# a',
      '`a`',
      '**a**',
      '&lt;',
      'http://a.b',
      '| a |',
    ]) {
      assert.doesNotMatch(escapeMarkdown(text).replace(/&#\d+;/g, ''), /[[\]()<>#$`*!&:|]/, text);
    }
  });

  it('stays readable once shown', () => {
    const shown = escapeMarkdown('a_b (c) $1\nnext').replace(/&#(\d+);/g, (_, code: string) =>
      String.fromCharCode(Number(code)),
    );
    assert.equal(shown, 'a_b (c) $1 next');
  });
});

describe('text in a notification or a list', () => {
  /** How VS Code finds links in a notification, by its source. */
  const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

  it('is no link, whatever stands beside it', () => {
    const texts = [
      '[a](command:workbench.action.quit)',
      '[b](https://evil.example)',
      '](command:x)',
      '[',
      '[[a]](file:///x)',
    ];
    for (const one of texts) {
      for (const other of texts) {
        for (const between of ['', ' ', '” failed: ', '=']) {
          assert.doesNotMatch(`“${withoutLinks(one)}${between}${withoutLinks(other)}”`, link);
        }
      }
    }
    assert.match('[a](command:workbench.action.quit)', link);
    assert.equal(withoutLinks('loss [train] (mean)'), 'loss [train] (mean)');
  });

  it('has no icons', () => {
    assert.doesNotMatch(withoutIcons('$(zap) a $(a~spin)'), /\$\(/);
  });
});

describe('numbers and times in a row', () => {
  it('are short', () => {
    assert.equal(shortNumber(0.123456789), '0.12346');
    assert.equal(shortNumber(1e-7), '1.000e-7');
    assert.equal(shortNumber(Number.NaN), 'NaN');
    assert.equal(shortNumber(123456), '123456');
    assert.equal(shortNumber(123456.7), '123460');
  });

  it('have two units at most', () => {
    assert.equal(duration(48e6), '48 s');
    assert.equal(duration(185e6), '3 m 05 s');
    assert.equal(duration(7_620e6), '2 h 07 m');
    assert.equal(duration(273_600e6), '3 d 4 h');
  });

  it('are told from now, in the user’s language', () => {
    const now = 1e15;
    assert.equal(age(now - 5e6, now, 'en'), 'now');
    assert.equal(age(now - 180e6, now, 'en'), '3 min. ago');
    assert.equal(age(now - 90_000e6, now, 'en'), 'yesterday');
    assert.equal(age(now - 90_000e6, now, 'de'), 'gestern');
  });
});
