import { ok, strictEqual } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { MediaItem } from '../../src/contract/media.ts';
import { becomes } from '../support/becomes.ts';
import { type FakeRun, fakeRun, setMedia } from './support/fake-run.ts';
import { inPage } from './support/in-page.ts';
import { type HostedPage, useRunPages } from './support/page-host.ts';

const red = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

function image(base64 = red): MediaItem['shown'] {
  return { kind: 'image', type: 'image/png', base64, width: 1, height: 1 };
}

describe('the media of the run page', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run: FakeRun): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers, saved: { tab: 'media' } });
    page = hosted.page;
    await page.getByRole('tab', { name: 'Media' }).waitFor();
  }

  it('shows the newest image, and others by slider and arrows', async () => {
    const run = fakeRun();
    setMedia(run, 'image', 'samples', [image(), image(), image()]);
    await open(run);
    await page.getByRole('img', { name: 'samples at step 20' }).waitFor();
    const slider = page.getByRole('slider', { name: 'Which of samples' });
    await becomes(() => slider.getAttribute('aria-valuetext'), 'Step 20, 3 of 3');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('img', { name: 'samples at step 10' }).waitFor();
    await page.getByRole('button', { name: 'Earlier' }).click();
    const first = page.getByRole('img', { name: 'samples at step 0' });
    await first.waitFor();
    await becomes(() => inPage<number>(first, 'element.naturalWidth'), 1);
    await becomes(() => page.getByRole('button', { name: 'Earlier' }).isDisabled(), true);
    setMedia(run, 'image', 'samples', [image(), image(), image(), image()]);
    await hosted.changed();
    await page.getByText('Step 0, 1 of 4').waitFor();
  });

  it('follows the newest while the run goes on', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    await open(run);
    await page.getByText('No images, texts or histograms yet').waitFor();
    setMedia(run, 'image', 'samples', [image()]);
    await hosted.changed();
    await page.getByRole('img', { name: 'samples at step 0' }).waitFor();
    setMedia(run, 'image', 'samples', [image(), image()]);
    await hosted.changed();
    await page.getByRole('img', { name: 'samples at step 10' }).waitFor();
  });

  it('shows texts as texts, histograms with a table, and says what it does not show', async () => {
    const run = fakeRun({ skippedMedia: { audio: 2, '<b>': 1 } });
    setMedia(run, 'text', '<i>tag</i>', [
      { kind: 'text', text: '<img src=x onerror=alert(1)>\n\u202ehidden', cut: false },
    ]);
    setMedia(
      run,
      'histogram',
      'weights',
      Array.from({ length: 90 }, (_, step) => ({
        kind: 'histogram' as const,
        histogram: { left: [0, 1], right: [1, 2], counts: [step, 90 - step] },
      })),
    );
    setMedia(run, 'image', 'vector', [{ kind: 'none', reason: 'format' }]);
    await open(run);
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    strictEqual(await page.locator('img').count(), 0);
    await page.getByText('Only PNG, JPEG and GIF are shown').waitFor();
    await page.getByText('audio (2), <b> (1)').waitFor();
    await page.getByRole('img', { name: 'Histograms of weights, steps 0 to 890, values 0 to 2' }).waitFor();
    await page.getByText('Table', { exact: true }).click();
    const rows = page.locator('.histogram-table tbody tr');
    await becomes(() => rows.count(), 40);
    await becomes(() => rows.last().locator('th, td').allTextContents(), ['890', '90', '0', '0.50562', '2']);
  });

  it('asks for a card only when it comes into sight, and again after an error', async () => {
    const run = fakeRun();
    for (let index = 0; index < 60; index++) setMedia(run, 'image', `tag ${index}`, [image()]);
    run.failing.set('media', new Error('The disk is gone.'));
    await open(run);
    await page.getByText('The disk is gone.').first().waitFor();
    run.failing.clear();
    await page.getByRole('button', { name: 'Try Again' }).first().click();
    await page.getByRole('img', { name: 'tag 0 at step 0' }).waitFor();
    const asked = () => run.asked.filter(({ name }) => name === 'media').length;
    ok(asked() < 50, `${asked()} calls`);
    await page.getByRole('textbox', { name: 'Search tags' }).fill('tag 59');
    await page.getByRole('img', { name: 'tag 59 at step 0' }).waitFor();
    await becomes(() => page.locator('ty-media-card').count(), 1);
    await page.locator('.panel-media output').getByText('1 of 60').waitFor();
  });
});
