import { Fault } from '../base/fault.ts';
import type { Channel, RpcMessage } from '../base/rpc.ts';

/** The pipe to the window that forked this process. Messages to a window that has gone are dropped. */
export function parentChannel(): Channel {
  if (!process.send)
    throw new Fault('internal', { message: 'The backend is started by a window, with an IPC channel.' });
  return {
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    listen: (receive) => {
      process.on('message', (message) => receive(message as RpcMessage));
    },
  };
}
