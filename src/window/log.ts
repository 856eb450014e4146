import * as vscode from 'vscode';
import type { Log } from '../base/log.ts';

export interface WindowLog {
  log: Log;
  show(): void;
}

/** The “Trainyard” channel of the Output panel. */
export function openLog(context: vscode.ExtensionContext): WindowLog {
  const channel = vscode.window.createOutputChannel('Trainyard', { log: true });
  context.subscriptions.push(channel);
  return {
    log(level, event, details) {
      const line = details && Object.keys(details).length > 0 ? `${event} ${JSON.stringify(details)}` : event;
      channel[level](line);
    },
    show: () => channel.show(),
  };
}
