import * as vscode from 'vscode';

/** How the person wants the tree: kept for the workspace, the same for all its folders. */
export interface Arrangement {
  /** docs/filters.md; empty: all runs. */
  readonly filter: string;
  /** `KEY:asc` or `KEY:desc`; empty: the newest first. */
  readonly sort: string;
  /** `experiment`, `status`, `params.NAME` …; see contract/tree.ts. */
  readonly group: string;
  /** Archived runs are shown too. */
  readonly archived: boolean;
}

export interface KeptArrangement {
  readonly now: Arrangement;
  set(changes: Partial<Arrangement>): void;
  onChange: vscode.Event<Arrangement>;
}

const stateKey = 'arrangement';
const plain: Arrangement = { filter: '', sort: '', group: 'experiment', archived: false };

export function keepArrangement(context: vscode.ExtensionContext): KeptArrangement {
  const changed = new vscode.EventEmitter<Arrangement>();
  let now: Arrangement = { ...plain, ...context.workspaceState.get<Partial<Arrangement>>(stateKey) };
  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean) => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const tellMenus = () => {
    tell('trainyard.filtered', now.filter !== '');
    tell('trainyard.archivedShown', now.archived);
  };
  context.subscriptions.push(changed);
  tellMenus();
  return {
    get now() {
      return now;
    },
    set(changes) {
      now = { ...now, ...changes };
      // VS Code writes it down in its own time; nothing waits for that.
      void context.workspaceState.update(stateKey, now);
      changed.fire(now);
      tellMenus();
    },
    onChange: changed.event,
  };
}
