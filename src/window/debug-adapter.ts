import * as vscode from 'vscode';
import { asFault } from '../contract/errors.ts';
import type { RunDetails } from '../contract/run.ts';
import { type AdapterProcess, type DebugMessage, startAdapter } from './debug-messages.ts';
import type { RunReference } from './experiments.ts';
import { faultText } from './messages.ts';

export interface DebuggedRun {
  /** The Python that runs debugpy's adapter, and the folder that has debugpy in it. */
  python: string;
  library: string;
  /** What of the configuration debugpy shall know. */
  options: Record<string, unknown>;
  /** Starts the run, which connects to the debugger at this address. */
  start(address: string): Promise<RunReference>;
  follow(
    run: RunReference,
    say: (stream: 'stdout' | 'stderr', text: string) => void,
    signal: AbortSignal,
  ): Promise<RunDetails | undefined>;
  stop(run: RunReference): Promise<unknown>;
  /** Debugs a process that the script started. */
  attach(configuration: vscode.DebugConfiguration): void;
  complain(error: unknown): void;
}

/** Milliseconds. Under a Python that it does not know debugpy’s adapter hangs without a word. */
const patience = 30_000;

/** What debugpy tells about itself, which no person reads. */
const notForPeople = new Set(['debugpySockets', 'debugpyWaitingForServer', 'debugpyAttach']);

/**
 * Debugpy's own adapter, and a tracked run that connects to it: to VS Code it is a launch, to debugpy a script that somebody else
 * starts. The supervisor starts the run as any other; what the script prints is read from the run's files.
 */
export function debugAdapter(debugged: DebuggedRun): vscode.DebugAdapter {
  const sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  const left = new AbortController();
  /** The names that VS Code gave requests which debugpy knows by others. */
  const renamed = new Map<number, string>();
  let following: Promise<unknown> = Promise.resolve();
  let run: RunReference | undefined;
  let launch: DebugMessage | undefined;
  let over = false;
  let adapter: AdapterProcess | undefined;
  let silence: NodeJS.Timeout | undefined;
  let leaving: { seq: number; done(): void } | undefined;

  const tell = (message: Omit<DebugMessage, 'seq'>) => sent.fire({ seq: 0, ...message } as vscode.DebugProtocolMessage);
  const say = (category: string, output: string) =>
    tell({ type: 'event', event: 'output', body: { category, output } });
  const answer = ({ seq, command }: DebugMessage, message?: string) =>
    tell({
      type: 'response',
      request_seq: seq,
      ...(command ? { command } : {}),
      success: message === undefined,
      ...(message === undefined ? {} : { message }),
    });
  const finish = () => {
    if (over) return;
    over = true;
    tell({ type: 'event', event: 'terminated' });
  };

  const start = async (host: unknown, port: unknown) => {
    try {
      run = await debugged.start(`${host}:${port}`);
      if (left.signal.aborted) return void debugged.stop(run).then(undefined, debugged.complain);
      following = debugged
        .follow(run, say, left.signal)
        .then((details) => {
          if (!details) return;
          const problem = 'the script ended before it was connected';
          if (launch) answer(launch, faultText('debugger-failed', { problem }));
          launch = undefined;
          if (details.exitCode !== null) tell({ type: 'event', event: 'exited', body: { exitCode: details.exitCode } });
          finish();
        })
        .catch(debugged.complain);
    } catch (error) {
      const { code, params } = asFault(error);
      if (launch) answer(launch, faultText(code, params));
      launch = undefined;
      finish();
    }
  };

  const received = (message: DebugMessage) => {
    clearTimeout(silence);
    const { type, event, body = {} } = message;
    if (type === 'response') {
      const command = renamed.get(message.request_seq ?? -1);
      if (command === 'launch') launch = undefined;
      if (message.request_seq === leaving?.seq) return leaving?.done();
      return tell(command ? { ...message, command } : message);
    }
    if (event === 'debugpyWaitingForServer') void start(body.host, body.port);
    if (event === 'debugpyAttach')
      debugged.attach({ ...body, type: 'trainyard' } as unknown as vscode.DebugConfiguration);
    if (notForPeople.has(event ?? '') || (event === 'output' && body.category === 'telemetry')) return;
    // The run ends a moment later; what it printed at last, and its exit code, come before the session's end.
    if (event === 'terminated') return void following.then(finish);
    if (event !== 'exited') tell(message);
  };

  /** First the debugger lets go of the script, which may stand at a breakpoint; then the run is stopped as any other. */
  const end = async (message: DebugMessage) => {
    const goesOn = message.arguments?.terminateDebuggee === false;
    if (adapter && !over && !leaving) {
      await new Promise<void>((resolve) => {
        leaving = { seq: message.seq, done: resolve };
        adapter?.send({ ...message, command: 'disconnect', arguments: { terminateDebuggee: false } });
      });
      if (run && !goesOn) debugged.stop(run).then(undefined, debugged.complain);
    }
    left.abort();
    answer(message);
    finish();
  };

  return {
    onDidSendMessage: sent.event,
    handleMessage(given) {
      const message = given as DebugMessage;
      const { seq, command } = message;
      switch (command) {
        case 'initialize':
          silence = setTimeout(() => {
            const problem = `no answer after ${patience / 1000} seconds; this debugpy may need a newer Python`;
            answer(message, faultText('debugger-failed', { problem }));
            left.abort();
            adapter?.end();
            finish();
          }, patience);
          adapter = startAdapter(
            [debugged.python, `${debugged.library}/debugpy/adapter`],
            adapterEnvironment(),
            received,
            (problem) => {
              clearTimeout(silence);
              if (launch) answer(launch, faultText('debugger-failed', { problem }));
              launch = undefined;
              leaving?.done();
              if (!left.signal.aborted) void following.then(finish);
            },
          );
          return adapter.send({ ...message, arguments: { ...message.arguments, adapterID: 'debugpy' } });
        case 'launch':
          launch = message;
          renamed.set(seq, 'launch');
          return adapter?.send({ ...message, command: 'attach', arguments: attachArguments(debugged.options) });
        case 'terminate':
        case 'disconnect':
          return void end(message);
        default:
          return adapter?.send(message);
      }
    },
    dispose() {
      clearTimeout(silence);
      left.abort();
      adapter?.end();
    },
  };
}

/** The adapter listens where nobody else does, and says where. What the script prints is read from its files, not taken away from it. */
function attachArguments(options: Record<string, unknown>): Record<string, unknown> {
  return { ...options, request: 'attach', listen: { host: '127.0.0.1', port: 0 }, redirectOutput: false };
}

function adapterEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TRAINYARD_'));
  return { ...Object.fromEntries(own), PYTHONPATH: '', PYDEVD_DISABLE_FILE_VALIDATION: '1' };
}
