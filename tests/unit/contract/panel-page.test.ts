import { match, ok, strictEqual } from 'node:assert/strict';
import { panelPage } from '../../../src/contract/panel-page.ts';

const page = panelPage({
  title: '<img src=x onerror=alert(1)>',
  script: 'https://host/run.js?a=1&b="2"',
  style: 'https://host/run.css',
  source: 'https://host',
  nonce: 'abc',
  start: {
    strings: { '</script><script>alert(1)': "it's" },
    locale: 'de',
    reference: { folder: '/work', run: '<b>' },
  },
});

describe('the page of a panel', () => {
  it('allows nothing but its own script and style', () => {
    match(
      page,
      /default-src &#39;none&#39;; script-src &#39;nonce-abc&#39;; style-src https:\/\/host &#39;nonce-abc&#39;/,
    );
    ok(!page.includes('unsafe'));
  });

  it('lets no text become markup', () => {
    ok(!page.includes('<img'));
    strictEqual(page.split('<script').length - 1, 2);
    ok(!page.includes('b="2"'));
  });

  it('hands the start over as JSON', () => {
    const json = /id="start">(.*)<\/script>\n/.exec(page)?.[1] ?? '';
    strictEqual(JSON.parse(json).strings['</script><script>alert(1)'], "it's");
  });
});
