import { type ChildProcess, spawn } from 'node:child_process';
import { causeText } from '../base/fault.ts';
import { parseJson } from '../base/json.ts';

/** A message of the Debug Adapter Protocol, as far as it is looked at here. */
export interface DebugMessage {
  seq: number;
  type: 'request' | 'response' | 'event';
  command?: string;
  event?: string;
  request_seq?: number;
  success?: boolean;
  message?: string;
  arguments?: Record<string, unknown>;
  body?: Record<string, unknown>;
}

export interface AdapterProcess {
  send(message: DebugMessage): void;
  end(): void;
}

/**
 * Starts a debug adapter as a process that speaks over its standard streams.
 *
 * @param ended why it is gone, at its end or where it never started
 */
export function startAdapter(
  [program, ...args]: [string, ...string[]],
  env: NodeJS.ProcessEnv,
  receive: (message: DebugMessage) => void,
  ended: (problem: string) => void,
): AdapterProcess {
  const child: ChildProcess = spawn(program, args, { env, stdio: 'pipe', windowsHide: true });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.stdin?.on('error', () => undefined);
  child.stdout?.on('data', messageReader(receive));
  child.on('error', (error) => ended(causeText(error)));
  child.on('exit', (code, signal) => ended(said.trim().split('\n').at(-1) || `it ended with ${signal ?? code}`));
  return {
    send(message) {
      const text = JSON.stringify(message);
      child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    },
    end: () => void child.kill(),
  };
}

/** Takes bytes as they come, and hands on whole messages. */
export function messageReader(receive: (message: DebugMessage) => void): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      const head = waiting.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length:\s*(\d+)/i.exec(waiting.subarray(0, head).toString('latin1'))?.[1]);
      const start = head + 4;
      if (Number.isNaN(length)) waiting = waiting.subarray(start);
      else {
        if (waiting.length < start + length) return;
        const message = parseJson(waiting.subarray(start, start + length).toString());
        waiting = waiting.subarray(start + length);
        if (typeof message === 'object' && message !== null && 'type' in message) receive(message as DebugMessage);
      }
    }
  };
}
