import * as vscode from 'vscode';
import type { RunDetails } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { RunReference } from './experiments.ts';
import { followRun } from './follow-run.ts';
import { duration } from './format.ts';
import type { Messages } from './messages.ts';
import { oneLine } from './tree-items.ts';

interface Parts {
  backend: Backend;
  messages: Messages;
  stop(reference: RunReference): Promise<unknown>;
  ended(run: RunDetails): void;
}

const interrupt = '\x03';

/**
 * A terminal that shows what a run prints, and ends with its exit code. Closing it leaves the run as it is and offers to stop it,
 * because a terminal is closed more lightly than hours of training; Ctrl-C asks.
 */
export function runTerminal(
  { backend, messages, stop, ended }: Parts,
  begin: () => Promise<RunReference>,
): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  const left = new AbortController();
  let reference: RunReference | undefined;
  let asking = false;
  const say = (text: string) => written.fire(text.replace(/\r?\n/g, '\r\n'));
  const note = (text: string) => say(`\x1b[2m${text}\x1b[0m\n`);

  const follow = async () => {
    try {
      reference = await begin();
    } catch (error) {
      await messages.fault(error, say);
      return closed.fire(1);
    }
    if (left.signal.aborted) return offerToStop(reference, stop);
    const details = await followRun(backend, reference, (_, text) => say(text), left.signal);
    if (!details) return undefined;
    note(`\n${endText(details)}`);
    ended(details);
    return closed.fire(exitCode(details));
  };

  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open() {
      follow().catch((error: unknown) => messages.fault(error, say).then(() => closed.fire(1)));
    },
    close() {
      if (left.signal.aborted) return;
      left.abort();
      if (reference) void offerToStop(reference, stop);
    },
    handleInput(data) {
      if (!reference) return;
      const running = reference;
      const key = data.toLowerCase();
      if (data === interrupt && !asking) {
        asking = true;
        return note(
          vscode.l10n.t('Stop the run? Press s, or Ctrl+C again, to stop it; any other key to go on watching.'),
        );
      }
      if (!asking) return;
      asking = false;
      if (data !== interrupt && key !== 's') return note(vscode.l10n.t('It goes on.'));
      note(vscode.l10n.t('Stopping…'));
      void messages.attempt(async () => stop(running));
    },
  };

  async function offerToStop(run: RunReference, end: Parts['stop']): Promise<void> {
    await messages.attempt(async () => {
      const { name, status } = await backend.call('run', run);
      if (status !== 'running') return;
      const yes = vscode.l10n.t('Stop Run');
      const text = vscode.l10n.t('The run “{name}” goes on without its terminal.', { name: oneLine(name, 80) });
      if ((await vscode.window.showInformationMessage(text, yes)) === yes) await end(run);
    });
  }
}

function endText(run: RunDetails): string {
  const name = oneLine(run.name, 80);
  const time = duration((run.ended ?? run.created) - (run.started ?? run.created));
  switch (run.status) {
    case 'finished':
      return vscode.l10n.t('“{name}” finished after {time}.', { name, time });
    case 'stopped':
      return vscode.l10n.t('“{name}” was stopped after {time}.', { name, time });
    case 'lost':
      return vscode.l10n.t('“{name}” is lost: nobody knows how it ended.', { name });
    default:
      if (run.signal)
        return vscode.l10n.t('“{name}” was ended by {signal}.', { name, signal: oneLine(run.signal, 20) });
      return vscode.l10n.t('“{name}” failed with exit code {code}.', { name, code: run.exitCode ?? '?' });
  }
}

/** As the command line has it: 130 for a run that was stopped. */
function exitCode({ status, exitCode: code }: RunDetails): number {
  if (status === 'stopped') return 130;
  return code ?? 1;
}
