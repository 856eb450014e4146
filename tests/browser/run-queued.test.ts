import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/build.mjs';
import type { QueuePlace } from '../../src/contract/panel.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun } from './support/fake-run.ts';
import { type HostedPage, useRunPages } from './support/page-host.ts';
import type { ThemeName } from './support/themes.ts';

const axe = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');

describe('the page of a run that waits in the queue', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  const place: QueuePlace = {
    position: 3,
    problem: null,
    attempt: 1,
    retries: 0,
    jobs: 2,
    paused: false,
    running: 2,
  };
  const open = async (part: Partial<QueuePlace> = {}, theme: ThemeName = 'dark'): Promise<FakeRun> => {
    const run = fakeRun({ status: 'queued', started: null, ended: null, exitCode: null });
    run.queue = { ...place, ...part };
    hosted = await openRunPage({ handlers: run.handlers, theme });
    page = hosted.page;
    return run;
  };
  const notice = () => page.getByRole('region', { name: 'Queue' });
  const changes = (run: FakeRun) => run.asked.flatMap(({ name, input }) => (name === 'changeQueue' ? [input] : []));

  it('says its place and what it waits for, and can be moved and taken out', async () => {
    const run = await open();
    await notice().getByText('Waits in the queue: place 3').waitFor();
    await notice().getByText('2 of the queue’s runs are running, and 2 may run at once.').waitFor();
    await page.getByText('They appear here once the run has started.').waitFor();
    await notice().getByText('Move to Top').click();
    await notice().getByText('Remove from Queue').click();
    await until('both were asked for', () => changes(run).length === 2);
    deepStrictEqual(changes(run), [{ change: 'top' }, { change: 'remove' }]);
  });

  it('follows as it moves up, and says no more of the queue once it runs', async () => {
    const run = await open();
    await notice().getByText('place 3').waitFor();
    run.queue = { ...place, position: 1 };
    await hosted.changed();
    await notice().getByText('Waits in the queue: it is next').waitFor();
    strictEqual(await notice().getByText('Move to Top').count(), 0);
    run.details = { ...run.details, status: 'running', started: run.details.created };
    run.queue = null;
    await hosted.changed();
    await notice().waitFor({ state: 'detached' });
    await page.getByText('Stop', { exact: true }).waitFor();
  });

  it('says that the queue is paused, and goes on with it', async () => {
    const run = await open({ paused: true, attempt: 2, retries: 3 });
    await notice().getByText('The queue is paused, so nothing is started. This is try 2 of 5.').waitFor();
    await notice().getByText('Resume Queue').click();
    await until('it was asked for', () => changes(run).length === 1);
    deepStrictEqual(changes(run), [{ change: 'resume' }]);
  });

  it('says why it is never started', async () => {
    await open({ position: null, problem: { code: 'queued-elsewhere', params: { host: '<b>there</b>' } } });
    await notice().getByText('This run is never started').waitFor();
    await notice().getByText('It was queued on <b>there</b>, and is started there only.').waitFor();
    strictEqual(await notice().getByText('Move to Top').count(), 0);
  });

  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'] satisfies ThemeName[]) {
    it(`has no serious fault that axe finds, in the theme ${theme}`, async () => {
      await open({ paused: true }, theme);
      await notice().waitFor();
      await page.evaluate(axe);
      const found = await page.evaluate<{ id: string; impact: string }[]>(
        'axe.run().then(({ violations }) => violations.map(({ id, impact }) => ({ id, impact })))',
      );
      deepStrictEqual(
        found.filter(({ impact }) => impact === 'serious' || impact === 'critical'),
        [],
      );
    });
  }

  it('offers to try a failed run again', async () => {
    const run = fakeRun({ status: 'failed', exitCode: 1 });
    hosted = await openRunPage({ handlers: run.handlers });
    await hosted.page.getByRole('button', { name: 'Retry' }).click();
    await until('it was asked for', () => run.asked.some(({ name }) => name === 'retry'));
  });
});
