import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { platform } from 'node:process';
import { type ControlAnswer, controlPath, prepareControlFolder } from '../base/control-socket.ts';
import { parseJson } from '../base/json.ts';

export interface Control {
  close(): void;
}

export interface ControlHandlers {
  run: string;
  stop(): void;
  stopping(): boolean;
  complain(error: unknown): void;
}

const longestRequest = 1_000;

/** Listens for what people want of the run. A run without a control socket can still be stopped by signals. */
export function openControl(handlers: ControlHandlers): Control {
  const path = controlPath(handlers.run);
  const server = createServer((socket) => serveOne(socket, handlers));
  server.on('error', handlers.complain);
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      handlers.complain(error);
    }
  };
  attempt(() => {
    prepareControlFolder();
    removeSocket(path);
    server.listen(path);
  });
  return {
    close() {
      if (!server.listening) return;
      server.close();
      attempt(() => removeSocket(path));
    },
  };
}

function serveOne(socket: Socket, handlers: ControlHandlers): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    text += chunk;
    if (text.length > longestRequest) return socket.destroy();
    if (text.includes('\n')) socket.end(`${JSON.stringify(answer(text, handlers))}\n`);
  });
}

function answer(text: string, handlers: ControlHandlers): ControlAnswer {
  const wish = parseWish(text);
  if (wish === 'stop') handlers.stop();
  if (wish === 'stop' || wish === 'status') return { ok: true, run: handlers.run, stopping: handlers.stopping() };
  return { ok: false, problem: 'expected {"do":"stop"} or {"do":"status"}' };
}

function parseWish(text: string): unknown {
  const request = parseJson(text);
  return typeof request === 'object' && request !== null && 'do' in request ? request.do : undefined;
}

/** A socket left by a supervisor that was killed would keep its place; a pipe on Windows goes with its process. */
function removeSocket(path: string): void {
  if (platform !== 'win32') rmSync(path, { force: true });
}
