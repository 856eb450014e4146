import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { fault } from '../../src/contract/errors.ts';
import { becomes, passes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import { type FakeRun, fakeRun, setMetric, started } from './support/fake-run.ts';
import { type HostedPage, type PageOptions, useRunPages } from './support/page-host.ts';
import { failedRun } from './support/rich-run.ts';

const failure = {
  type: 'ValueError',
  message: 'shapes do not match\nsecond line',
  file: 'train.py',
  line: 88,
  traceback:
    'Traceback (most recent call last):\n  File "/digits/train.py", line 88, in main\n    f(x)\nValueError: shapes do not match\n',
};

describe('the run page', () => {
  const openRunPage = useRunPages();
  let hosted: HostedPage;
  let page: Page;

  async function open(run: FakeRun, options: Partial<PageOptions> = {}): Promise<void> {
    hosted = await openRunPage({ handlers: run.handlers, ...options });
    page = hosted.page;
  }
  const tab = (name: string) => page.getByRole('tab', { name }).click();
  const asked = (run: FakeRun, name: string) => run.asked.filter((call) => call.name === name);

  it('says what the run is and how it went', async () => {
    const run = fakeRun({ starred: true, params: { lr: 0.1 }, tags: { team: 'vision' } });
    setMetric(run, 'loss', [0.9, 0.5, 0.7]);
    await open(run);
    await page.getByRole('heading', { level: 1, name: 'quiet-otter' }).waitFor();
    const head = await page.locator('header').innerText();
    for (const text of ['Finished', '3m 7s', 'digits', 'python train.py --lr 0.1']) ok(head.includes(text), text);
    strictEqual(await page.getByRole('button', { name: 'Star' }).getAttribute('aria-pressed'), 'true');
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'loss' }) });
    await becomes(() => row.getByRole('cell').allInnerTexts(), ['0.7', '0.5', '0.5', '0.9', '2', '3']);
    await page.getByRole('tabpanel').getByText('team: vision').waitFor();
  });

  it('opens a failed run with its failure, each line of the traceback a way to the file', async () => {
    const run = fakeRun({ status: 'failed', exitCode: 1, failure });
    await open(run);
    await page.getByText('Failed (exit code 1)').waitFor();
    await page.getByRole('heading', { name: 'ValueError' }).waitFor();
    await page.getByRole('button', { name: 'File "/digits/train.py", line 88' }).click();
    await page.getByRole('button', { name: 'Go to Line' }).click();
    await until('both were opened', () => asked(run, 'openFile').length === 2);
    deepStrictEqual(
      asked(run, 'openFile').map(({ input }) => input),
      [
        { file: '/digits/train.py', line: 88 },
        { file: 'train.py', line: 88 },
      ],
    );
  });

  it('says what it ran in: the lock, the container, variables and the names of the others', async () => {
    const surroundings = [{ kind: 'podman', id: 'c0ffee', image: 'python:3.11', name: 'train' }] as const;
    const run = fakeRun({
      machine: {
        distribution: 'Debian GNU/Linux 12 (bookworm)',
        architecture: 'x64',
        libc: 'glibc 2.36',
        gpuDriver: '550.54',
        cuda: '12.4',
        surroundings: [...surroundings],
        variables: { OMP_NUM_THREADS: '4' },
        otherVariables: ['DATA_DIR', 'HF_TOKEN'],
      },
      installation: {
        lock: 'environment/requirements.txt',
        sha256: 'ab'.repeat(32),
        packages: 103,
        python: '3.11.9',
        implementation: 'cpython',
        executable: '/home/mei/digits/.venv/bin/python',
        environment: 'venv',
        prefix: '/home/mei/digits/.venv',
        basePrefix: '/usr',
        places: [],
        locals: [
          { name: 'mine', version: '0.1', path: '/home/mei/mine', editable: true, commit: 'deadbeef'.repeat(5) },
        ],
      },
    });
    await open(run);
    await tab('Environment');
    const fact = (label: string) =>
      page.locator('dl.facts > div').filter({ has: page.getByText(label, { exact: true }) });
    strictEqual(
      await fact('All that is installed').locator('dd').innerText(),
      '103 packages, in environment/requirements.txt of the run folder',
    );
    strictEqual(await fact('Container').locator('dd').innerText(), 'podman train c0ffee python:3.11');
    strictEqual(
      await fact('Distribution').locator('dd').innerText(),
      'Debian GNU/Linux 12 (bookworm), x64, glibc 2.36',
    );
    strictEqual(await fact('OMP_NUM_THREADS').locator('dd').innerText(), '4');
    ok((await fact('mine from a folder').locator('dd').innerText()).endsWith('/home/mei/mine at commit deadbeefdead'));
    await page.getByText('2 others, of which only the names are recorded').click();
    await page.getByText('DATA_DIR, HF_TOKEN').waitFor();
    await page.getByRole('button', { name: 'Reproduce…' }).click();
    await until('it was asked for', () => asked(run, 'reproduce').length === 1);
  });

  it('shows what the variables of the failed function held, and the seeds', async () => {
    const run = fakeRun({
      ...failedRun,
      seeds: { numpy: 42, random: 'abc' },
      datasets: [
        {
          name: 'digits',
          path: null,
          sha256: 'ab'.repeat(32),
          bytes: null,
          shape: [1797, 64],
          type: 'numpy.ndarray',
          time: started,
        },
      ],
    });
    await open(run);
    const variables = page.getByRole('table', { name: 'Variables of loss_of' });
    const rows = variables.getByRole('row');
    await becomes(
      () => rows.allInnerTexts(),
      ['batch\ttorch.Tensor (64, 784) torch.float32', 'rate\tfloat 0.1', 'labels\tlist of 63'],
    );
    await page.getByText('2 more variables').waitFor();
    const outer = page.getByRole('table', { name: 'Variables of <module>' });
    strictEqual(await outer.isVisible(), false);
    await page.locator('summary').nth(1).press('Enter');
    await outer.getByText('str "adam"').waitFor();
    await page.getByRole('button', { name: '/digits/train.py:97' }).click();
    await until('it was opened', () => asked(run, 'openFile').length === 1);
    deepStrictEqual(asked(run, 'openFile')[0]?.input, { file: '/digits/train.py', line: 97 });
    await tab('Environment');
    const panel = page.getByRole('tabpanel');
    await passes(
      () => panel.innerText(),
      (text) => match(text, /Seeds\s+numpy\s+42\s+random\s+abc/),
    );
    await tab('Files');
    await page.getByRole('table').getByText('numpy.ndarray  1797 × 64').waitFor();
  });

  it('says how a run without an exception failed', async () => {
    const run = fakeRun({ status: 'failed', exitCode: null, signal: 'SIGKILL' });
    run.output = [{ stream: 'stderr', text: 'Killed\n' }];
    await open(run);
    await page.getByText('ended by the signal SIGKILL').waitFor();
    await page.getByRole('button', { name: 'Show Output' }).click();
    await page.locator('.row', { hasText: 'Killed' }).waitFor();
  });

  it('shows what changes while the run goes on', async () => {
    const run = fakeRun({ status: 'running', ended: null, exitCode: null, started: Date.now() * 1000 });
    setMetric(run, 'loss', [0.9]);
    await open(run);
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    setMetric(run, 'loss', [0.9, 0.25]);
    await hosted.changed();
    await page.getByRole('cell', { name: '0.25' }).first().waitFor();
    run.details = { ...run.details, status: 'stopped', ended: Date.now() * 1000, exitCode: 130 };
    await hosted.changed();
    await page.getByRole('status').filter({ hasText: 'The run is now: Stopped' }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Rerun' }).waitFor();
  });

  it('counts the seconds of a running run', async () => {
    const run = fakeRun({ status: 'running', ended: null, exitCode: null, started: Date.now() * 1000 });
    await open(run);
    const duration = page.locator('.duration');
    const first = await duration.innerText();
    await until('a second has passed', async () => (await duration.innerText()) !== first);
  });

  it('asks the window for what a person chooses', async () => {
    const run = fakeRun();
    await open(run);
    for (const name of ['Rename…', 'Reveal Folder', 'Delete…', 'Rerun', 'Copy the command', 'Star']) {
      await page.getByRole('button', { name }).click();
    }
    const wanted = ['copy', 'delete', 'rename', 'rerun', 'revealFolder', 'star'];
    const named = () => run.asked.map(({ name }) => name as string).filter((name) => wanted.includes(name));
    await until('all were asked for', () => named().length === wanted.length);
    deepStrictEqual(named().sort(), wanted);
    await page.locator('.star[aria-pressed=true]').waitFor();
  });

  it('says why an action did not work', async () => {
    const run = fakeRun({ status: 'running', ended: null });
    run.failing.set('stop', fault('run-elsewhere', { run: 'quiet-otter', host: 'cluster-7' }));
    await open(run);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: 'runs on cluster-7, not on this machine. Stop it there.' })
      .waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('says why there is nothing to show, and tries again when told', async () => {
    const run = fakeRun();
    run.failing.set('details', fault('store-busy', { file: '.trainyard/trainyard.db' }));
    await open(run);
    await page.getByText('The index .trainyard/trainyard.db is locked by another program.').waitFor();
    run.failing.clear();
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.getByRole('heading', { name: 'quiet-otter' }).waitFor();
  });

  it('says why it cannot tell the progress, until it can', async () => {
    const run = fakeRun({ status: 'running', ended: null, exitCode: null, started: Date.now() * 1000 });
    run.output = [{ stream: 'stdout', text: ' 30%|###       | 3/10' }];
    run.failing.set('output', new Error('permission denied'));
    await open(run);
    await page.locator('ty-progress').getByText('permission denied').waitFor();
    run.failing.clear();
    await hosted.changed();
    await page.getByRole('progressbar').waitFor();
    await page.locator('ty-progress').getByText('permission denied').waitFor({ state: 'detached' });
  });

  it('keeps what it shows when newer details cannot be had', async () => {
    const run = fakeRun();
    await open(run);
    await page.getByRole('heading', { name: 'quiet-otter' }).waitFor();
    run.failing.set('details', fault('backend-gone'));
    await hosted.changed();
    await page.getByText('ended unexpectedly').waitFor();
    ok(await page.getByRole('heading', { name: 'quiet-otter' }).isVisible());
    run.failing.clear();
    await hosted.changed();
    await page.getByText('ended unexpectedly').waitFor({ state: 'detached' });
  });

  it('tells every empty part what to do', async () => {
    await open(fakeRun({ status: 'running', ended: null, python: null, interpreter: null }));
    const texts: Record<string, string> = {
      Summary: 'trainyard.log(loss=loss)',
      Curves: 'trainyard.log(loss=loss)',
      Output: 'No output yet',
      Parameters: 'trainyard.params(',
      Code: 'git repository',
      Environment: 'No packages were recorded',
      Artifacts: 'trainyard.artifact(',
      Note: 'Notes are saved as you type.',
    };
    for (const [name, text] of Object.entries(texts)) {
      await tab(name);
      await page.getByRole('tabpanel').getByText(text).waitFor();
    }
  });

  it('words warnings, and counts those that are the same', async () => {
    const warning = { time: started, code: 'metric-not-a-number', params: { name: 'val/loss', value: "'high'" } };
    await open(fakeRun({ warnings: [warning, warning, { time: started, code: 'from-the-future', params: {} }] }));
    const warnings = page.getByRole('region', { name: 'Warnings' });
    match(await warnings.innerText(), /val\/loss was given 'high', which is not a number; it was not recorded\.\s+2×/);
    ok((await warnings.innerText()).includes('from-the-future'));
  });

  it('shows the patch in colours, and opens it in an editor', async () => {
    const code = { kind: 'git' as const, root: '/digits', commit: 'c0ffee'.repeat(6), branch: 'main', dirty: true };
    const omitted = [{ path: 'big.bin', reason: 'larger than 1 MB' }];
    const run = fakeRun({ code: { ...code, patch: '/digits/patch.diff', copy: null, omitted } });
    run.patch = 'diff --git a/t.py b/t.py\n--- a/t.py\n+++ b/t.py\n@@ -1,2 +1,2 @@\n-old <b>\n+new <b>\n same\n';
    await open(run);
    await tab('Code');
    strictEqual((await page.locator('.patch .add').innerText()).trim(), '+new <b>');
    strictEqual((await page.locator('.patch .del').innerText()).trim(), '-old <b>');
    await page.getByText('1 file is left out').click();
    await page.getByRole('row', { name: 'big.bin larger than 1 MB' }).waitFor();
    await page.getByRole('button', { name: 'Open Patch' }).click();
    await until('it was opened', () => asked(run, 'openPatch').length === 1);
    await page.getByRole('button', { name: 'Compare with the Workspace' }).click();
    await until('the editor was asked', () => asked(run, 'openDiff').length === 1);
    deepStrictEqual(asked(run, 'openDiff')[0]?.input, { between: 'workspace', file: null });
  });

  it('says why the patch cannot be had, and tries again when told', async () => {
    const code = { kind: 'git' as const, root: '/digits', commit: 'c0ffee', branch: null, dirty: true };
    const run = fakeRun({ code: { ...code, patch: '/digits/patch.diff', copy: null, omitted: [] } });
    run.failing.set('patch', new Error('the disk is gone'));
    await open(run);
    await tab('Code');
    await page.getByText('the disk is gone').waitFor();
    run.failing.clear();
    run.patch = 'diff --git a/t.py b/t.py\n@@ -0,0 +1 @@\n+x\n';
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.locator('.patch .add').waitFor();
  });

  it('finds parameters, and shows a huge one only when asked', async () => {
    const huge = 'word '.repeat(400_000);
    await open(fakeRun({ params: { lr: 0.1, layers: [1, { width: 2 }], huge } }));
    await tab('Parameters');
    const panel = page.getByRole('tabpanel');
    await panel.getByText('[1,{"width":2}]').waitFor();
    ok((await panel.innerText()).length < 2000);
    await panel.getByRole('button', { name: 'Show all (2 MB)' }).click();
    await panel.getByText('The first 100 kB of 2 MB are shown.').waitFor();
    await page.getByRole('textbox', { name: 'Search parameters' }).fill('width');
    await panel.getByText('1 of 3').waitFor();
    await becomes(() => panel.getByRole('rowheader').count(), 1);
  });

  it('speaks the language of the window', async () => {
    const strings = { Summary: 'Übersicht', Finished: 'Beendet', 'Show all {count} parameters': 'Alle {count} zeigen' };
    const params = Object.fromEntries(Array.from({ length: 1234 }, (_, index) => [`p${index}`, index]));
    await open(fakeRun({ params }), { strings, locale: 'de' });
    await page.getByRole('tab', { name: 'Übersicht' }).waitFor();
    await page.getByText('Beendet').waitFor();
    await page.getByRole('button', { name: 'Alle 1.234 zeigen' }).waitFor();
  });

  it('does nothing while nobody looks, and catches up when somebody does', async () => {
    const run = fakeRun();
    await open(run);
    await page.getByRole('heading', { name: 'quiet-otter' }).waitFor();
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })`);
    const before = run.asked.length;
    run.details = { ...run.details, name: 'renamed' };
    await hosted.changed();
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
    strictEqual(run.asked.length, before);
    await page.evaluate(`delete document.visibilityState, document.dispatchEvent(new Event('visibilitychange'))`);
    await page.getByRole('heading', { name: 'renamed' }).waitFor();
  });

  it('is as it was left after a reload of the window', async () => {
    const run = fakeRun();
    for (let metric = 0; metric < 30; metric += 1) setMetric(run, `group/m${metric}`, [1, 2, 3]);
    await open(run);
    await tab('Curves');
    await page.getByRole('combobox', { name: 'Horizontal axis' }).selectOption('time');
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, 900);
    const top = () => page.evaluate<number>('scrollY');
    await until('the place was kept', () => Number(Reflect.get(Object(hosted.saved()), 'scroll')?.curves) > 300);
    const [saved, before] = [hosted.saved(), await top()];
    deepStrictEqual(Reflect.get(Object(saved), 'reference'), { folder: '/digits', run: 'a-run' });
    await hosted.close();
    await open(run, { saved });
    await until('it is scrolled to where it was', async () => Math.abs((await top()) - before) < 3);
    await page.getByRole('tab', { name: 'Curves', selected: true }).waitFor();
    await becomes(() => page.getByRole('combobox', { name: 'Horizontal axis' }).inputValue(), 'time');
  });
});
