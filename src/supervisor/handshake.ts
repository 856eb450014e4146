import process from 'node:process';

/** What a supervisor tells the launcher, once. */
export type HandshakeMessage = { kind: 'started'; pid: number } | { kind: 'failed'; code: string; message: string };

/** Tells the launcher, if it still listens, and lets go of it: from here on the run is nobody's child. */
export function tellLauncher(message: HandshakeMessage): Promise<void> {
  if (!process.send || !process.connected) return Promise.resolve();
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
