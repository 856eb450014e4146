import assert from 'node:assert/strict';
import { type Playground, playground } from '../../support/cli.ts';
import { inTerminal } from '../../support/terminal.ts';
import { until } from '../../support/until.ts';

const escapeCharacter = '\u001b';
const controlC = '\u0003';

describe('the command line on a terminal', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
    delete here.environment.NO_COLOR;
    here.file('wait.py', [
      'import pathlib, time',
      'print("begun", flush=True)',
      'while not pathlib.Path("go").exists(): time.sleep(0.02)',
      'print("went")',
    ]);
  });
  afterEach(() => here.remove());

  const status = async () => {
    const { value } = await here.json('show', 'latest', '--json');
    return (value as { status: string }).status;
  };

  it('says what started and how it ended', async () => {
    here.file('go', []);
    const terminal = inTerminal(here, ['run', '--name', 'mine', 'wait.py']);
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.screen(), /▶.*mine.*begun\r\nwent\r\n.*✓ finished.*mine/s);
  });

  it('Ctrl-C asks; l leaves the run running', async () => {
    const terminal = inTerminal(here, ['run', 'wait.py']);
    await terminal.shows('begun');
    terminal.type(controlC);
    await terminal.shows('Stop the run [s], leave it running [l]');
    terminal.type('l\r');
    assert.equal(await terminal.ended, 130);
    assert.match(terminal.screen(), /goes on in the background: trainyard log --follow [0-9a-f-]{36}/);
    assert.equal(await status(), 'running');
    here.file('go', []);
    await until('the run has ended', async () => (await status()) === 'finished');
  });

  it('Ctrl-C asks; Enter goes on watching', async () => {
    const terminal = inTerminal(here, ['run', 'wait.py']);
    await terminal.shows('begun');
    terminal.type(controlC);
    await terminal.shows('[Enter]?');
    terminal.type('\r');
    here.file('go', []);
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.screen(), /went/);
  });

  for (const [keys, what] of [
    ['s\r', 's stops it'],
    [controlC, 'Ctrl-C again stops it'],
  ] as const) {
    it(`Ctrl-C asks; ${what}`, async () => {
      const terminal = inTerminal(here, ['run', 'wait.py']);
      await terminal.shows('begun');
      terminal.type(controlC);
      await terminal.shows('[Enter]?');
      terminal.type(keys);
      assert.equal(await terminal.ended, 130);
      assert.equal(await status(), 'stopped');
    });
  }

  for (const [keys, expected, what] of [
    ['l\r', 'queued', 'l leaves it waiting'],
    ['t\r', 'stopped', 't takes it out'],
    [controlC, 'stopped', 'Ctrl-C again takes it out'],
  ] as const) {
    it(`says where a run stands in the queue; Ctrl-C asks; ${what}`, async () => {
      await here.trainyard('queue', 'pause');
      const terminal = inTerminal(here, ['run', '--queue', '--name', 'mine', 'wait.py']);
      await terminal.shows('mine: 1 of 1 in the queue; the queue is paused: trainyard queue resume');
      terminal.type(controlC);
      await terminal.shows('[Enter]?');
      terminal.type(keys);
      assert.equal(await terminal.ended, 130);
      assert.equal(await status(), expected);
    });
  }

  it('shows what a run prints when its turn comes, after a Ctrl-C that was not meant', async () => {
    await here.trainyard('queue', 'pause');
    here.file('go', []);
    const terminal = inTerminal(here, ['run', '--queue', 'wait.py']);
    await terminal.shows('1 of 1 in the queue');
    terminal.type(controlC);
    await terminal.shows('[Enter]?');
    terminal.type('\r');
    await here.trainyard('queue', 'resume');
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.screen(), /▶.*begun\r\nwent\r\n.*✓ finished/s);
  });

  it('asks before it clears the queue', async () => {
    await here.trainyard('queue', 'pause');
    await here.trainyard('run', '--queue', '--detach', '--name', 'waits', 'wait.py');
    const no = inTerminal(here, ['queue', 'clear']);
    await no.shows('Take 1 run out of the queue (waits)? [y/N]');
    no.type('\r');
    assert.equal(await no.ended, 0);
    assert.deepEqual([/Nothing was taken out/.test(no.screen()), await status()], [true, 'queued']);
    const yes = inTerminal(here, ['queue', 'clear']);
    await yes.shows('[y/N]');
    yes.type('y\r');
    assert.equal(await yes.ended, 0);
    assert.equal(await status(), 'stopped');
  });

  it('fits tables to the width, and colours them unless NO_COLOR says no', async () => {
    here.file('args.py', ['import trainyard', 'trainyard.params({f"parameter_{i}": i for i in range(30)})']);
    await here.trainyard('run', '--name', 'a run with quite a long name', 'args.py');
    const colourful = inTerminal(here, ['runs'], { width: 70 });
    assert.equal(await colourful.ended, 0);
    assert.ok(
      colourful.screen().includes(`${escapeCharacter}[32m✓ finished${escapeCharacter}[0m`),
      JSON.stringify(colourful.screen()),
    );
    const plain = inTerminal(here, ['runs'], { width: 70, env: { NO_COLOR: '1' } });
    assert.equal(await plain.ended, 0);
    assert.ok(!plain.screen().includes(escapeCharacter));
    for (const line of plain.screen().split('\r\n')) assert.ok(line.length <= 70, line);
    assert.ok((await here.trainyard('runs')).stdout.includes('parameter_29=29'));
  });

  it('asks before it deletes', async () => {
    here.file('go', []);
    await here.trainyard('run', '--name', 'doomed', 'wait.py');
    const no = inTerminal(here, ['delete', 'doomed']);
    await no.shows('Delete 1 run with all files (doomed)? [y/N]');
    no.type('\r');
    assert.equal(await no.ended, 0);
    assert.match(no.screen(), /Nothing was deleted/);
    assert.equal(await status(), 'finished');
    const yes = inTerminal(here, ['delete', 'doomed']);
    await yes.shows('[y/N]');
    yes.type('y\r');
    assert.equal(await yes.ended, 0);
    assert.match(yes.screen(), /Deleted 1 run; .* free again/);
    assert.equal((await here.trainyard('show', 'latest')).code, 2);
  });
});
