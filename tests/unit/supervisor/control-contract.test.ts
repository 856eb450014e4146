import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { controlPath, prepareControlFolder } from '../../../src/base/control-socket.ts';
import { newId } from '../../../src/base/ids.ts';
import { type Control, openControl } from '../../../src/supervisor/control.ts';
import { askSupervisor } from '../../../src/tracking/ask-supervisor.ts';
import { until } from '../../support/until.ts';

/**
 * What goes over the control socket is said by supervisors that were started by an earlier version, and asked by backends of a
 * later one: these bytes do not change.
 */
describe('the control socket, as every version speaks', () => {
  const run = newId();
  let control: Control | undefined;
  let stops: number;

  beforeEach(() => {
    stops = 0;
  });
  afterEach(() => {
    control?.close();
    control = undefined;
    if (process.platform !== 'win32') rmSync(controlPath(run), { force: true });
  });

  const say = (bytes: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(controlPath(run), () => socket.write(bytes));
      let text = '';
      socket.setEncoding('utf8').on('data', (data: string) => {
        text += data;
      });
      socket.on('error', () => resolve('nobody'));
      socket.on('close', () => resolve(text));
    });

  it('is understood by a supervisor', async () => {
    control = openControl({
      run,
      stop: () => {
        stops++;
      },
      stopping: () => stops > 0,
      complain: (error) => assert.fail(String(error)),
    });
    await until('it listens', async () => (await say('{"do":"status"}\n')) !== 'nobody');
    assert.equal(await say('{"do":"status"}\n'), `{"ok":true,"run":"${run}","stopping":false}\n`);
    assert.equal(
      await say('{"do":"status","of":"a later version"}\n'),
      `{"ok":true,"run":"${run}","stopping":false}\n`,
    );
    assert.equal(await say('{"do":"stop"}\n'), `{"ok":true,"run":"${run}","stopping":true}\n`);
    assert.equal(stops, 1);
    assert.match(await say('{"do":"what is not known yet"}\n'), /^\{"ok":false,"problem":/);
  });

  it('is spoken by whoever asks one', async () => {
    const heard: string[] = [];
    const earlier = createServer((socket) => {
      socket.setEncoding('utf8').on('data', (text: string) => {
        heard.push(text);
        socket.end(`{"ok":true,"run":"${run}","stopping":true}\n`);
      });
    });
    prepareControlFolder();
    await new Promise<void>((resolve) => earlier.listen(controlPath(run), resolve));
    try {
      assert.deepEqual(await askSupervisor(run, { do: 'stop' }), { ok: true, run, stopping: true });
      assert.deepEqual(heard, ['{"do":"stop"}\n']);
    } finally {
      await new Promise((resolve) => earlier.close(resolve));
    }
  });
});
