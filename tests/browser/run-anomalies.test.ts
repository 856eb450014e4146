import { strictEqual } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Anomaly } from '../../src/contract/anomaly.ts';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun, setMetric, started } from './support/fake-run.ts';
import { inPage } from './support/in-page.ts';
import { type HostedPage, useRunPages } from './support/page-host.ts';

const jump: Anomaly = {
  metric: 'train/loss',
  kind: 'spike',
  severity: 'warning',
  step: 812,
  time: started + 812 * 50_000,
  value: 9,
  count: 1,
  steps: [812],
  details: { usual: 0.5 },
  off: false,
};
const flat: Anomaly = {
  ...jump,
  metric: '<b>"loss"',
  kind: 'plateau',
  severity: 'hint',
  details: { best: 0.7, bestStep: 5 },
};

describe('anomalies on the run page', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run: FakeRun): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers });
    page = hosted.page;
  }
  const section = () => page.getByRole('region', { name: 'Anomalies' });

  function sick(status: 'running' | 'finished' = 'running'): FakeRun {
    const run = fakeRun({ status, anomalies: 1, anomalyList: [jump, flat] });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) setMetric(run, name, [1, 2, 3]);
    setMetric(
      run,
      'train/loss',
      Array.from({ length: 2000 }, (_, step) => (step === 812 ? 9 : 0.5)),
    );
    return run;
  }

  it('stand over everything else, the hints folded', async () => {
    await open(sick());
    const told = section().getByRole('status');
    await told.getByText('“train/loss” jumped from 0.5 to 9 at step 812, and came back.').waitFor();
    strictEqual(await section().getByText('has got no better').isVisible(), false);
    await section().getByText('Hints, and what is turned off').click();
    await section().getByText('“<b>"loss"” has got no better since step 5, where it was 0.7.').waitFor();
  });

  it('have no section where there are none', async () => {
    await open(fakeRun());
    await page.getByRole('heading', { level: 1 }).waitFor();
    strictEqual(await section().count(), 0);
  });

  it('stop a run that is running, and no other', async () => {
    const run = sick();
    await open(run);
    await section().getByText('Stop Run').click();
    await until('it was asked for', () => run.asked.some(({ name }) => name === 'stop'));
    await open(sick('finished'));
    await section().waitFor();
    strictEqual(await section().getByText('Stop Run').count(), 0);
  });

  it('lead to their step in the curve, which is marked there', async () => {
    const run = sick();
    await open(run);
    await section().getByRole('button', { name: 'Show step 812' }).first().click();
    const chart = page.locator('.panel-curves ty-chart').filter({ hasText: 'train/loss' });
    await chart.locator('canvas').waitFor();
    await until('its stretch was asked for', () =>
      run.asked.some((call) => {
        if (call.name !== 'curves') return false;
        const { names, from, to } = call.input as { names?: string[]; from?: number; to?: number };
        return names?.includes('train/loss') && (from ?? 0) > 600 && (to ?? 0) < 1000;
      }),
    );
    await until('the chart is in sight', async () => {
      const box = await chart.boundingBox();
      return box !== null && box.y >= -10 && box.y < (page.viewportSize()?.height ?? 0);
    });
    await becomes(() => inPage<number[]>(chart, 'element.marks'), [812]);
  });

  it('lead to a curve that was far from sight', async () => {
    const run = sick();
    for (let layer = 0; layer < 200; layer += 1) setMetric(run, `layer${layer}/loss`, [1, 2, 3]);
    for (let metric = 0; metric < 130; metric += 1) setMetric(run, `z/m${metric}`, [1, 2, 3]);
    run.details.anomalyList = [{ ...jump, metric: 'z/m129' }];
    await open(run);
    await section().getByRole('button', { name: 'Show step 812' }).first().click();
    const chart = page.locator('.panel-curves ty-chart').filter({ hasText: 'z/m129' });
    await chart.locator('canvas').waitFor();
    await until('the chart is in sight', async () => {
      const box = await chart.boundingBox();
      return box !== null && box.y >= -10 && box.y < (page.viewportSize()?.height ?? 0);
    });
  });

  it('are turned off and on by metric', async () => {
    const run = sick();
    await open(run);
    await section().getByRole('status').getByText('Turn Off for “train/loss”').click();
    await until('it is folded', async () => (await section().getByRole('status').innerText()).trim() === '');
    await section().getByText('Hints, and what is turned off').click();
    await section().getByText('Turn On for “train/loss”').click();
    await until('it is back', async () => (await section().getByRole('status').innerText()).includes('train/loss'));
    await becomes(
      () => run.asked.filter(({ name }) => name === 'watchAnomalies').map(({ input }) => input),
      [
        { metric: 'train/loss', on: false },
        { metric: 'train/loss', on: true },
      ],
    );
  });
});
