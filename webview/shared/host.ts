import { fromExactMessage } from '../../src/base/exact-message.ts';
import { type CallTable, type Channel, type Client, connect, type RpcMessage } from '../../src/base/rpc.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<Calls extends CallTable> extends Client<Calls> {
  /** What `save` was given before the page was last reloaded; anything, or undefined. */
  saved(): unknown;
  save(state: unknown): void;
}

/** The window's side of the page. May be called once: VS Code hands its API out only once. */
export function connectHost<Calls extends CallTable>(): Host<Calls> {
  const api = acquireVsCodeApi();
  const channel: Channel = {
    send: (message) => api.postMessage(message),
    listen: (receive) =>
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const message = typeof data === 'string' ? fromExactMessage(data) : data;
        if (isRpcMessage(message)) receive(message);
      }),
  };
  return { ...connect<Calls>(channel), saved: () => api.getState(), save: (state) => api.setState(state) };
}

function isRpcMessage(message: unknown): message is RpcMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && typeof message.kind === 'string';
}
