import { strictEqual } from 'node:assert/strict';
import { fault } from '../../src/contract/errors.ts';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun } from './support/fake-run.ts';
import { type HostedPage, useRunPages } from './support/page-host.ts';

describe("the run page's note", () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;

  async function open(run: FakeRun, saved: unknown = { tab: 'note' }) {
    hosted = await openRunPage({ handlers: run.handlers, saved });
    await hosted.page.getByRole('button', { name: 'Edit' }).click();
    return hosted.page.getByRole('textbox', { name: 'Note' });
  }

  it('is saved as it is typed', async () => {
    const run = fakeRun({ note: 'first' });
    const note = await open(run);
    await becomes(() => note.inputValue(), 'first');
    await note.fill('first\nsecond <b>');
    await hosted.page.getByRole('status').filter({ hasText: 'Not saved yet' }).waitFor();
    await hosted.page
      .getByRole('status')
      .filter({ hasText: /^Saved$/ })
      .waitFor();
    strictEqual(run.details.note, 'first\nsecond <b>');
  });

  it('is shown as Markdown, of which nothing is taken for HTML', async () => {
    const run = fakeRun({
      note: '## Why\n\n- **warmup** helps\n- <img src=x onerror=alert(1)>\n\n[paper](https://example.org/)',
    });
    await open(run);
    await hosted.page.getByRole('button', { name: 'Preview' }).click();
    const shown = hosted.page.locator('.markdown');
    await shown.getByRole('heading', { name: 'Why' }).waitFor();
    await becomes(() => shown.locator('strong').innerText(), 'warmup');
    strictEqual(await shown.getByRole('link', { name: 'paper' }).getAttribute('href'), 'https://example.org/');
    strictEqual(await shown.locator('img').count(), 0);
    await shown.getByText('<img src=x onerror=alert(1)>').waitFor();
  });

  it('is not overwritten by an older one while it is typed', async () => {
    const run = fakeRun({ note: 'first' });
    const note = await open(run);
    await note.fill('mine');
    await hosted.changed();
    run.details = { ...run.details, name: 'renamed' };
    await hosted.changed();
    await hosted.page.getByRole('heading', { name: 'renamed' }).waitFor();
    strictEqual(await note.inputValue(), 'mine');
  });

  it('follows what was written elsewhere', async () => {
    const run = fakeRun({ note: 'first' });
    const note = await open(run);
    run.details = { ...run.details, note: 'from the command line' };
    await hosted.changed();
    await becomes(() => note.inputValue(), 'from the command line');
  });

  it('is not lost when it cannot be saved, even when the window goes', async () => {
    const run = fakeRun();
    run.failing.set('note', fault('untrusted', { folder: '/digits' }));
    const note = await open(run);
    await note.fill('precious');
    await hosted.page.getByText('This window is not trusted').waitFor();
    await hosted.page.getByText('Not saved', { exact: true }).waitFor();
    const saved = hosted.saved();
    await hosted.close();
    run.failing.clear();
    const again = await open(run, saved);
    await becomes(() => again.inputValue(), 'precious');
    await until('it is saved', () => run.details.note === 'precious');
  });
});
