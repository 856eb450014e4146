import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { serve } from '../base/rpc.ts';
import type { Api } from '../contract/api.ts';
import { eventFileReader } from '../interop/index.ts';
import { provideEventFileReader } from '../tracking/index.ts';
import { answers } from './api.ts';
import { checked } from './checked.ts';
import { answerExaminations, examiner } from './examine-apart.ts';
import { openFolders } from './folders.ts';
import { parentChannel } from './parent-channel.ts';

provideEventFileReader(eventFileReader);
/** One JSON line each on standard error, which the window puts into its log. */
const log: Log = (level, event, details) => {
  process.stderr.write(`${JSON.stringify({ level, event, ...details })}\n`);
};

function serveWindow(): void {
  const channel = parentChannel();
  const folders = openFolders({
    log,
    changed: (folder, runs) => emit('changed', { folder, runs }),
    queue: (folder) => emit('queue', { folder }),
    states: (states) => emit('folders', states),
  });
  const emit = serve<Api>(
    channel,
    checked(
      answers(folders, {
        reproducing: (step) => emit('reproducing', step),
        progress: (now) => emit('progress', now),
      }),
    ),
  );

  /** The window has gone: runs go on without us. */
  process.on('disconnect', () => {
    folders.close();
    process.exit(0);
  });

  log('info', 'backend-started', { pid: process.pid, node: process.version });
}

/** What nobody caught leaves the state unknown: end, and let the window start a fresh one. */
function die(error: unknown): void {
  log('error', 'backend-crashed', {
    message: causeText(error),
    stack: error instanceof Error ? error.stack : undefined,
  });
  process.exitCode = 1;
  setImmediate(() => process.exit(1));
}
process.on('uncaughtException', die);
process.on('unhandledRejection', die);

if (process.argv[2] === examiner) answerExaminations();
else serveWindow();
