import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { causeText, Fault } from '../base/fault.ts';
import { parseJson } from '../base/json.ts';
import type { Log, LogLevel } from '../base/log.ts';
import { type CallOptions, type Client, connect, type RpcMessage } from '../base/rpc.ts';
import type { Api, ApiEvents } from '../contract/api.ts';

/** `idle`: nobody has asked anything yet. `gone`: it ended too often; only `restart` starts it again. */
export type BackendState = 'idle' | 'running' | 'restarting' | 'gone';

export interface Backend {
  readonly state: BackendState;
  /** The process's id while there is one. */
  readonly pid: number | undefined;
  call<Name extends keyof Api & string>(
    name: Name,
    input: Api[Name]['input'],
    options?: CallOptions,
  ): Promise<Api[Name]['output']>;
  onEvent<Name extends keyof ApiEvents>(name: Name, receive: (value: ApiEvents[Name]) => void): () => void;
  onState(receive: (state: BackendState) => void): () => void;
  restart(): void;
  dispose(): void;
}

export interface BackendOptions {
  /** The file that the process runs. */
  entry: string;
  log: Log;
  /** What the process must be told before anything else, at every start. */
  prepare(call: Client<Api>['call']): Promise<void>;
}

const failureWindow = 3 * 60_000;
const failuresAllowed = 5;
const longestWait = 5_000;

/** Starts the backend at the first call, and again whenever it ends by itself, until it has done so too often. */
export function createBackend({ entry, log, prepare }: BackendOptions): Backend {
  const eventReceivers = new Map<string, Set<(value: never) => void>>();
  const stateReceivers = new Set<(state: BackendState) => void>();
  let state: BackendState = 'idle';
  let failures: number[] = [];
  let child: ChildProcess | undefined;
  let ready: Promise<Client<Api>> | undefined;
  let waiting: { timer: NodeJS.Timeout; abandon(error: Fault): void } | undefined;

  const change = (next: BackendState) => {
    if (state === next) return;
    state = next;
    for (const receive of [...stateReceivers]) receive(next);
  };

  const start = (): Promise<Client<Api>> => {
    const process_ = spawnBackend(entry, log);
    child = process_;
    const client = connect<Api>({
      send: (message) => {
        if (process_.connected) process_.send(message, () => undefined);
      },
      listen: (receive) => process_.on('message', (message) => receive(message as RpcMessage)),
    });
    client.onEvent((name, value) => {
      for (const receive of [...(eventReceivers.get(name) ?? [])]) receive(value as never);
    });
    const ended = (details: Record<string, unknown>) => {
      client.close(new Fault('backend-gone'));
      if (child !== process_) return;
      log('error', 'backend ended', details);
      child = undefined;
      afterEnd();
    };
    process_.on('error', (error) => {
      if (process_.pid === undefined) ended({ error: causeText(error) });
    });
    process_.once('exit', (code, signal) => ended({ code, signal, pid: process_.pid }));
    log('info', 'backend started', { pid: process_.pid });
    return prepare(client.call).then(
      () => {
        change('running');
        return client;
      },
      (error: unknown) => {
        if (child === process_) {
          log('error', 'backend did not open the folders', { error: causeText(error) });
          change('running');
        }
        return client;
      },
    );
  };

  const afterEnd = () => {
    const now = Date.now();
    failures = [...failures.filter((time) => now - time < failureWindow), now];
    if (failures.length >= failuresAllowed) {
      ready = undefined;
      log('error', 'backend ended too often', { times: failures.length, withinSeconds: failureWindow / 1000 });
      return change('gone');
    }
    const wait = failures.length === 1 ? 0 : Math.min(longestWait, 250 * 2 ** (failures.length - 2));
    ready = new Promise((resolve, reject) => {
      const begin = () => {
        waiting = undefined;
        resolve(start());
      };
      waiting = { timer: setTimeout(begin, wait), abandon: reject };
    });
    ready.catch(() => undefined);
    change('restarting');
  };

  const end = () => {
    if (waiting) {
      clearTimeout(waiting.timer);
      waiting.abandon(new Fault('backend-gone'));
      waiting = undefined;
    }
    ready = undefined;
    const leaving = child;
    child = undefined;
    if (leaving?.connected) leaving.disconnect();
    leaving?.kill();
  };

  return {
    get state() {
      return state;
    },
    get pid() {
      return child?.pid;
    },
    async call(name, input, options) {
      if (state === 'gone') throw new Fault('backend-gone');
      ready ??= start();
      return (await ready).call(name, input, options);
    },
    onEvent(name, receive) {
      const receivers = eventReceivers.get(name) ?? new Set();
      eventReceivers.set(name, receivers);
      receivers.add(receive);
      return () => receivers.delete(receive);
    },
    onState(receive) {
      stateReceivers.add(receive);
      return () => stateReceivers.delete(receive);
    },
    restart() {
      end();
      failures = [];
      change('restarting');
      ready = start();
    },
    dispose() {
      stateReceivers.clear();
      eventReceivers.clear();
      end();
    },
  };
}

function spawnBackend(entry: string, log: Log): ChildProcess {
  const env = { ...process.env };
  if (process.versions.electron) env.ELECTRON_RUN_AS_NODE = '1';
  const child = fork(entry, [], {
    execPath: process.execPath,
    execArgv: [],
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => relay(line, log));
  }
  return child;
}

const levels: ReadonlySet<string> = new Set<LogLevel>(['debug', 'info', 'warn', 'error']);

/** The backend logs JSON lines with `level` and `event`; anything else that comes was not meant to be said. */
function relay(line: string, log: Log): void {
  const record = parseObject(line);
  if (record && typeof record.level === 'string' && levels.has(record.level) && typeof record.event === 'string') {
    const { level, event, ...details } = record;
    log(level as LogLevel, `backend: ${event}`, details);
  } else log('warn', `backend: ${line}`);
}

function parseObject(line: string): Record<string, unknown> | undefined {
  return line.startsWith('{') ? (parseJson(line) as Record<string, unknown> | undefined) : undefined;
}
