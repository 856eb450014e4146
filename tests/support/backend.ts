import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { Fault } from '../../src/base/fault.ts';
import { type Client, connect, type RpcMessage } from '../../src/base/rpc.ts';
import type { Api } from '../../src/contract/api.ts';

const entry = join(import.meta.dirname, '../../src/backend/main.ts');

export interface RunningBackend {
  child: ChildProcess;
  call: Client<Api>['call'];
  /** Sends something that no typed client would. */
  send(message: unknown): void;
  events: { name: string; value: unknown; time: number }[];
  /** What it wrote on standard error, line by line as JSON. */
  log(): Record<string, unknown>[];
  exited: Promise<{ code: number | null; signal: string | null }>;
  stop(): Promise<void>;
}

/** Starts a backend as the window does; `file` is the one of another version. */
export function startBackend(environment: NodeJS.ProcessEnv, file = entry): RunningBackend {
  const child = fork(file, [], {
    env: environment,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const client = connect<Api>({
    send: (message) => child.send(message),
    listen: (receive) => child.on('message', (message) => receive(message as RpcMessage)),
  });
  const events: RunningBackend['events'] = [];
  client.onEvent((name, value) => events.push({ name, value, time: performance.now() }));
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      client.close(new Fault('backend-gone', { log: text }));
      resolve({ code, signal });
    });
  });
  return {
    child,
    call: client.call,
    send: (message) => child.send(message as RpcMessage),
    events,
    log: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    exited,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
