import assert from 'node:assert/strict';
import { Fault } from '../../../src/base/fault.ts';
import { type Channel, connect, type Handlers, type RpcMessage, serve } from '../../../src/base/rpc.ts';

type Calls = {
  double: { input: number; output: number };
  refuse: { input: string; output: never };
  crash: { input: null; output: never };
  hang: { input: null; output: string };
};

function pipe(): [Channel, Channel] {
  const ends: ((message: RpcMessage) => void)[][] = [[], []];
  const end = (mine: number): Channel => ({
    send: (message) =>
      setImmediate(() => {
        for (const receive of ends[1 - mine] ?? []) receive(structuredClone(message));
      }),
    listen: (receive) => ends[mine]?.push(receive),
  });
  return [end(0), end(1)];
}

function pair() {
  const aborted: string[] = [];
  const handlers: Handlers<Calls> = {
    double: async (input) => input * 2,
    refuse: async (input) => {
      throw new Fault('refused', { input }, new Error('because'));
    },
    crash: () => {
      throw new TypeError('oops');
    },
    hang: (_input, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('hang');
          reject(new Fault('cancelled'));
        });
      }),
  };
  const [near, far] = pipe();
  const emit = serve(far, handlers);
  return { client: connect<Calls>(near), emit, aborted };
}

describe('rpc', () => {
  it('answers', async () => {
    const { client } = pair();
    assert.deepEqual(await Promise.all([client.call('double', 2), client.call('double', 4)]), [4, 8]);
  });

  it('carries NaN and -0 as they are', async () => {
    const { client } = pair();
    assert.ok(Number.isNaN(await client.call('double', Number.NaN)));
    assert.ok(Object.is(await client.call('double', -0), -0));
  });

  it('passes a fault on with its code, values and cause', async () => {
    const { client } = pair();
    await assert.rejects(client.call('refuse', 'x'), { code: 'refused', params: { input: 'x' }, cause: 'because' });
  });

  it('answers even when a handler throws before it returns a promise', async () => {
    const { client } = pair();
    await assert.rejects(client.call('crash', null), { code: 'internal', params: { message: 'oops' } });
  });

  it('refuses a call that does not exist, and names of Object.prototype', async () => {
    const { client } = pair();
    for (const name of ['nothing', 'toString', '__proto__']) {
      await assert.rejects(client.call(name as 'double', 1), { code: 'unknown-call' });
    }
  });

  it('tells the handler when the caller cancels or its deadline passes', async () => {
    const { client, aborted } = pair();
    const abort = new AbortController();
    const cancelled = client.call('hang', null, { signal: abort.signal });
    abort.abort();
    await assert.rejects(cancelled, { code: 'cancelled' });
    await assert.rejects(client.call('hang', null, { deadline: 1 }), { code: 'deadline' });
    await client.call('double', 1);
    assert.deepEqual(aborted, ['hang', 'hang']);
  });

  it('fails open and later calls when the other side is gone', async () => {
    const { client } = pair();
    const open = client.call('hang', null);
    client.close(new Fault('gone'));
    await assert.rejects(open, { code: 'gone' });
    await assert.rejects(client.call('double', 1), { code: 'gone' });
  });

  it('hands on events', async () => {
    const { client, emit } = pair();
    const received = new Promise((resolve) => client.onEvent((name, value) => resolve([name, value])));
    emit('changed', { run: 1 });
    assert.deepEqual(await received, ['changed', { run: 1 }]);
  });
});
