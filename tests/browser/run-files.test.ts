import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun, usedFile } from './support/fake-run.ts';
import { type HostedPage, useRunPages } from './support/page-host.ts';
import { richRun } from './support/rich-run.ts';

describe('the files of the run page', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run: FakeRun): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers, saved: { tab: 'files' } });
    page = hosted.page;
    await page.getByRole('tab', { name: 'Files', selected: true }).waitFor();
  }
  const row = (name: string) => page.locator('table.files tbody tr').filter({ hasText: name });

  it('says what went in and what came out, with what is worth knowing of each', async () => {
    await open(richRun({ directory: '/digits/.trainyard/runs/0192f0c1-7b3a-7000-8000-0123456789ab' }));
    await becomes(
      async () => (await page.locator('.panel-files h2').allInnerTexts()).map((text) => text.split(/\s/)[0]),
      ['Inputs', 'Outputs'],
    );
    const train = await row('data/train.parquet').innerText();
    ok(!train.includes('/digits/') && train.includes('checksum of a sample') && train.includes('734 MB'), train);
    await row('data/images').getByText('folder of 60,000 files').waitFor();
    await row('config.yaml').getByText('changed later').waitFor();
    await row('/data/gone.csv').getByText('gone', { exact: true }).waitFor();
    const model = await row('model.pkl').innerText();
    ok(model.includes('model: sklearn') && model.includes('kept'), model);
    const narrow = await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');
    ok(narrow);
  });

  it('opens, shows and copies by buttons that have names', async () => {
    const run = richRun();
    await open(run);
    await page.getByRole('button', { name: 'Open /digits/model.pkl' }).click();
    await page.getByRole('button', { name: 'Show /digits/config.yaml in its folder' }).click();
    await page.getByRole('button', { name: 'Copy the path of /digits/config.yaml' }).click();
    await page.getByRole('button', { name: 'Copy the checksum b4b4b4b4b4b4 of /digits/plot.png' }).click();
    const acts = () => run.asked.filter(({ name }) => name === 'openUsedFile' || name === 'copy');
    await until('all is asked for', () => acts().length === 4);
    deepStrictEqual(
      acts().map(({ input }) => input),
      [
        { access: 'write', path: '/digits/model.pkl', how: 'open' },
        { access: 'read', path: '/digits/config.yaml', how: 'reveal' },
        { text: '/digits/config.yaml' },
        { text: 'b4'.repeat(32) },
      ],
    );
    run.failing.set('openUsedFile', new Error('not there'));
    await page.getByRole('button', { name: 'Open /digits/model.pkl' }).click();
    await page.getByRole('alert').waitFor();
  });

  it('says what would be shown where there is nothing, and what comes while it runs', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    await open(run);
    await page.getByText('No files yet').waitFor();
    await page.getByText('Files that a tracked Python script reads and writes appear here').waitFor();
    run.details = { ...run.details, inputs: [usedFile('/digits/in.csv', { sha256: null })] };
    await hosted.changed();
    await row('in.csv').getByText('not yet').waitFor();
    await page.getByText('checksums come at the end').waitFor();
    run.details = { ...run.details, status: 'finished', inputs: [usedFile('/digits/in.csv')] };
    await hosted.changed();
    await page.getByText('It wrote no files').waitFor();
  });

  it('stays quick with thousands, and finds one of them', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => usedFile(`/digits/out/${index}.npy`));
    await open(fakeRun({ outputs: many, inputs: [usedFile('/digits/needle.csv', { by: 'polars.read_csv' })] }));
    await row('/digits/out/0.npy').waitFor();
    const rows = page.locator('table.files tbody tr');
    await becomes(() => rows.count(), 201);
    await page.getByRole('button', { name: 'Show 500 more' }).click();
    await becomes(() => rows.count(), 701);
    await page.getByLabel('Search files').fill('4321');
    await row('/digits/out/4321.npy').waitFor();
    await becomes(() => rows.count(), 1);
    await page.getByText('1 of 5,001').waitFor();
    await page.getByLabel('Search files').fill('POLARS');
    await row('needle.csv').waitFor();
  });
});
