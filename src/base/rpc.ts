import { causeText, Fault, type FaultValue } from './fault.ts';

/** A two-way message pipe: a child process, a webview, a pair in a test. Messages are structured-cloned or JSON. */
export interface Channel {
  send(message: RpcMessage): void;
  listen(receive: (message: RpcMessage) => void): void;
}

export type RpcMessage =
  | { kind: 'call'; id: number; name: string; input: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'done'; id: number; value: unknown }
  | { kind: 'fail'; id: number; error: WireError }
  | { kind: 'event'; name: string; value: unknown };

export interface WireError {
  code: string;
  params: Record<string, FaultValue>;
  cause?: string;
}

/** Every call of an interface that crosses a border: what goes in and what comes out. */
export type CallTable = Record<string, { input: unknown; output: unknown }>;

export type Handlers<Calls extends CallTable> = {
  [Name in keyof Calls]: (input: Calls[Name]['input'], signal: AbortSignal) => Promise<Calls[Name]['output']>;
};

export function toWire(error: unknown): WireError {
  if (error instanceof Fault) {
    const wire: WireError = { code: error.code, params: { ...error.params } };
    if (error.cause !== undefined) wire.cause = causeText(error.cause);
    return wire;
  }
  return {
    code: 'internal',
    params: { message: causeText(error) },
    ...(error instanceof Error && error.stack ? { cause: error.stack } : {}),
  };
}

export function fromWire(error: WireError): Fault {
  return new Fault(error.code, error.params, error.cause);
}

/** Answers calls. A handler that throws always answers with a typed error; a cancelled call aborts its signal. */
export function serve<Calls extends CallTable>(
  channel: Channel,
  handlers: Handlers<Calls>,
): (name: string, value: unknown) => void {
  const running = new Map<number, AbortController>();
  channel.listen((message) => {
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    if (message.kind !== 'call') return;
    const { id, name, input } = message;
    const abort = new AbortController();
    running.set(id, abort);
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    const answer = handler
      ? Promise.resolve().then(() => handler(input as Calls[string]['input'], abort.signal))
      : Promise.reject(new Fault('unknown-call', { name }));
    answer
      .then(
        (value) => channel.send({ kind: 'done', id, value }),
        (error: unknown) => channel.send({ kind: 'fail', id, error: toWire(error) }),
      )
      .finally(() => running.delete(id));
  });
  return (name, value) => channel.send({ kind: 'event', name, value });
}

export interface CallOptions {
  /** Milliseconds until the call fails with `deadline`. */
  deadline?: number;
  signal?: AbortSignal;
}

export interface Client<Calls extends CallTable> {
  call<Name extends keyof Calls & string>(
    name: Name,
    input: Calls[Name]['input'],
    options?: CallOptions,
  ): Promise<Calls[Name]['output']>;
  onEvent(receive: (name: string, value: unknown) => void): void;
  /** Fails every open call: the other side is gone. */
  close(error: Fault): void;
}

const defaultDeadline = 30_000;

export function connect<Calls extends CallTable>(channel: Channel): Client<Calls> {
  const open = new Map<number, { settle(message: RpcMessage): void; fail(error: Fault): void }>();
  const receivers: ((name: string, value: unknown) => void)[] = [];
  let next = 1;
  let closed: Fault | undefined;
  channel.listen((message) => {
    if (message.kind === 'event') for (const receive of receivers) receive(message.name, message.value);
    if (message.kind === 'done' || message.kind === 'fail') open.get(message.id)?.settle(message);
  });
  return {
    call(name, input, options = {}) {
      if (closed) return Promise.reject(closed);
      const id = next++;
      return new Promise((resolve, reject) => {
        const finish = () => {
          clearTimeout(timer);
          options.signal?.removeEventListener('abort', cancel);
          open.delete(id);
        };
        const fail = (error: Fault) => {
          finish();
          reject(error);
        };
        const abandon = (error: Fault) => {
          if (!open.has(id)) return;
          fail(error);
          channel.send({ kind: 'cancel', id });
        };
        const cancel = () => abandon(new Fault('cancelled', { name }));
        const milliseconds = options.deadline ?? defaultDeadline;
        const timer = setTimeout(() => abandon(new Fault('deadline', { name, milliseconds })), milliseconds);
        open.set(id, {
          fail,
          settle(message) {
            finish();
            if (message.kind === 'done') resolve(message.value as never);
            if (message.kind === 'fail') reject(fromWire(message.error));
          },
        });
        if (options.signal?.aborted) return cancel();
        options.signal?.addEventListener('abort', cancel, { once: true });
        channel.send({ kind: 'call', id, name, input });
      });
    },
    onEvent: (receive) => receivers.push(receive),
    close(error) {
      closed = error;
      for (const call of [...open.values()]) call.fail(error);
    },
  };
}
