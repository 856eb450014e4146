import * as vscode from 'vscode';
import { causeText, type FaultValue, paramTexts } from '../base/fault.ts';
import { asFault, type ErrorCode, errorMessage, withFix } from '../contract/errors.ts';
import type { WindowLog } from './log.ts';
import { withoutLinks } from './markdown.ts';

export interface Messages {
  /** Shows a failure with what can be done about it. A cancelled action is not a failure. `also` is told the sentence. */
  fault(error: unknown, also?: (sentence: string) => void): Promise<void>;
  /** Runs an action that a person asked for, and shows why it failed. */
  attempt<Result>(action: () => Promise<Result>): Promise<Result | undefined>;
}

/** The sentence of an error code in the user's language, with what to do. */
export function faultText(code: string, params: Readonly<Record<string, FaultValue>>): string {
  const { text, fix } = errorMessage(code);
  const values = paramTexts(params);
  const sentence = vscode.l10n.t(text, values);
  return withFix(sentence, fix && vscode.l10n.t(fix, values));
}

interface Remedy {
  title: string;
  command: string;
}

function remedy(code: string): Remedy | undefined {
  switch (code as ErrorCode) {
    case 'untrusted':
      return { title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' };
    case 'python-missing':
    case 'python-broken':
    case 'python-too-old':
      return { title: vscode.l10n.t('Choose Interpreter…'), command: 'trainyard.chooseInterpreter' };
    case 'debugger-missing':
      return { title: vscode.l10n.t('Find the Extension'), command: 'trainyard.findDebugger' };
    case 'store-broken':
      return { title: vscode.l10n.t('Rebuild Index'), command: 'trainyard.rebuildIndex' };
    case 'backend-gone':
      return { title: vscode.l10n.t('Restart'), command: 'trainyard.restartBackend' };
    default:
      return undefined;
  }
}

/** Where the log says more than the message does. */
const logged = new Set<string>(['internal', 'deadline', 'backend-gone', 'start-failed', 'stop-failed', 'store-broken']);

export function createMessages({ log, show }: WindowLog): Messages {
  const fault = async (error: unknown, also?: (sentence: string) => void) => {
    const { code, params, cause } = asFault(error);
    if (code === 'cancelled') return;
    also?.(`${faultText(code, params)}\n`);
    const behind = cause ?? error;
    log('error', 'told the user', {
      code,
      params,
      cause: behind instanceof Error ? (behind.stack ?? causeText(behind)) : String(behind),
    });
    const fix = remedy(code);
    const showLog = vscode.l10n.t('Show Log');
    const buttons = [...(fix ? [fix.title] : []), ...(logged.has(code) ? [showLog] : [])];
    const chosen = await vscode.window.showErrorMessage(withoutLinks(faultText(code, params)), ...buttons);
    if (chosen === showLog) show();
    else if (fix && chosen === fix.title) await vscode.commands.executeCommand(fix.command);
  };
  return {
    fault,
    async attempt(action) {
      try {
        return await action();
      } catch (error) {
        void fault(error);
        return undefined;
      }
    },
  };
}
