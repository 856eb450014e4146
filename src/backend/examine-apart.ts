import { fork } from 'node:child_process';
import { argv, execArgv } from 'node:process';
import { Fault } from '../base/fault.ts';
import { connect, type RpcMessage, serve } from '../base/rpc.ts';
import type { ExamineProgress, StoreReport } from '../contract/store-report.ts';
import { examine } from '../tracking/index.ts';
import { parentChannel } from './parent-channel.ts';
import { unhurried } from './progress.ts';

interface Asked {
  store: string;
  rebuild: boolean;
}

type Calls = { examine: { input: Asked; output: StoreReport } };

/** What makes the backend's own file the process that examines. */
export const examiner = 'examine';

/** It takes as long as it takes; whoever asked can break it off. */
const patience = 2 ** 31 - 1;

/**
 * Examines a store in a process of its own: a large index keeps nobody waiting, and one that is damaged so that SQLite's own code
 * falls over it takes no other work along.
 */
export async function examineApart(
  asked: Asked,
  progress: (now: ExamineProgress) => void,
  signal: AbortSignal,
): Promise<StoreReport> {
  const child = fork(argv[1] as string, [examiner], {
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const client = connect<Calls>({
    send: (message) => child.send(message, () => undefined),
    listen: (receive) => child.on('message', (message) => receive(message as RpcMessage)),
  });
  child.once('error', (error) => client.close(new Fault('internal', { message: error.message })));
  child.once('exit', (code, ended) => {
    client.close(new Fault('internal', { message: `the check of ${asked.store} ended (${ended ?? code})` }));
  });
  client.onEvent((_, now) => progress(now as ExamineProgress));
  try {
    return await client.call('examine', asked, { deadline: patience, signal });
  } finally {
    child.kill();
  }
}

/** The other side. What it has written into the index by the time that it is ended stays. */
export function answerExaminations(): void {
  const tell = unhurried<ExamineProgress>((now) => emit('progress', now));
  const emit = serve<Calls>(parentChannel(), {
    examine: ({ store, rebuild }) => examine(store, { rebuild, progress: tell }),
  });
  process.on('disconnect', () => process.exit(0));
}
