import { ok, strictEqual } from 'node:assert/strict';
import type { ParameterValue } from '../../src/contract/journal.ts';
import { until } from '../support/until.ts';
import { setMedia, setMetric, started, usedFile } from './support/fake-run.ts';
import { type HostedPage, useRunPages } from './support/page-host.ts';
import { richRun } from './support/rich-run.ts';

const hostile = [
  '<img src=x onerror="globalThis.attacked = true">',
  '"><script>globalThis.attacked = true</script>',
  '{{constructor.constructor("globalThis.attacked = true")()}}',
  '$' + '{globalThis.attacked = true}',
  'javascript:globalThis.attacked=true',
  '../../x',
  'x'.repeat(300),
  '👩‍👩‍👧🏳️‍🌈 🚀',
  'שלום \u202egnp.exe\u202c مرحبا',
  'a\u0000\u0007\u001b[31m\u009b\r\n\tb',
  'z\u0335\u0321\u0322\u0315\u035f'.repeat(40),
  '__proto__',
  'constructor',
  ' ',
];

/** What the tab of media itself makes of a picture. */
const ownPicture = '.media-image[src^="data:image/png;base64,"]';

describe('the run page with names from anywhere', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;

  for (const [number, text] of hostile.entries()) {
    it(`shows ${JSON.stringify(text.slice(0, 30))} as text, and keeps its shape`, async () => {
      const own = <T>(value: T) => Object.fromEntries([[text, value]]) as Record<string, T>;
      const run = richRun({
        name: text,
        experiment: text,
        title: text,
        status: 'failed',
        exitCode: 1,
        failure: {
          type: text,
          message: text,
          file: text,
          line: 1,
          traceback: `File "${text}", line 1\n${text}`,
          locals: [
            {
              function: text,
              file: text,
              line: 1,
              variables: [{ name: text, type: text, dtype: text, value: text }],
              omitted: 1,
            },
          ],
        },
        seeds: own<ParameterValue>(text),
        datasets: [{ name: text, path: text, sha256: text, bytes: 1, shape: [1], type: text, time: started }],
        params: own<ParameterValue>(text),
        tags: own(text),
        note: text,
        command: ['python', text],
        cwd: text,
        host: text,
        user: text,
        env: own(text),
        packages: own(text),
        python: text,
        os: text,
        machine: {
          distribution: text,
          architecture: text,
          libc: text,
          gpuDriver: text,
          cuda: text,
          surroundings: [{ kind: 'docker', id: text, image: text, name: text }],
          variables: own(text),
          otherVariables: [text],
        },
        installation: {
          lock: text,
          sha256: text,
          packages: 1,
          python: text,
          implementation: text,
          executable: text,
          environment: 'venv',
          prefix: text,
          basePrefix: text,
          places: [text],
          locals: [{ name: text, version: text, path: text, editable: true, commit: text }],
        },
        inputs: [usedFile(text, { by: text, format: text, what: 'model' }), usedFile('/x', { problem: 'special' })],
        outputs: [usedFile(`/digits/${text}`, { kept: text })],
        artifacts: [{ name: text, kind: text, path: text, sha256: text, bytes: 1 }],
        warnings: [
          { time: started, code: 'metric-not-a-number', params: { name: text, value: text } },
          { time: started, code: text, params: own(text) },
        ],
        code: {
          kind: 'git',
          root: text,
          commit: text,
          branch: text,
          dirty: true,
          patch: text,
          copy: null,
          omitted: [{ path: text, reason: text }],
        },
      });
      run.patch = `diff --git a/${text} b/${text}\n@@ -0,0 +1 @@\n+${text}\n`;
      run.output = [{ stream: 'stdout', text: `${text}\n` }];
      setMetric(run, text, [1, 2, 3]);
      setMetric(run, `${text}/${number}`, [1, 2, 3]);
      setMedia(run, 'text', text, [{ kind: 'text', text, cut: false }]);
      hosted = await openRunPage({ handlers: run.handlers, width: 700 });
      const { page } = hosted;
      await page.getByRole('tab').first().waitFor();
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        await until('it is there', async () => (await page.locator('.skeleton').count()) === 0);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        ok(width <= 700, `${await tab.innerText()} is ${width} pixels wide`);
        const foreign = `main :is(script, img:not(${ownPicture}), iframe, a, style, link, object, form)`;
        strictEqual(await page.locator(foreign).count(), 0);
      }
      strictEqual(await page.evaluate('globalThis.attacked'), undefined);
      const head = await page.locator('header').boundingBox();
      ok(head && head.height < 260, `the head is ${head?.height} pixels high`);
    });
  }
});
