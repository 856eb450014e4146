import type * as vscode from 'vscode';
import type { RunTarget } from '../contract/run-file.ts';

/** What was last chosen for a script in this workspace. */
export interface ScriptChoices {
  args: string[];
  python?: string;
  experiment?: string;
  /** Milliseconds since 1970, to tell what is newer: this, or a run from a terminal. */
  time: number;
}

export interface ScriptMemory {
  recall(folder: string, script: string): ScriptChoices | undefined;
  remember(folder: string, script: string, choices: Omit<ScriptChoices, 'time'>): void;
  /** Modules and programs that were run in a folder, the newest first: nothing in the folder names them. */
  targets(folder: string): RunTarget[];
  rememberTarget(folder: string, target: RunTarget): void;
}

const prefix = 'script:';
const mostRemembered = 200;
const targetsPrefix = 'targets:';
const mostTargets = 10;

export function createScriptMemory(state: vscode.Memento): ScriptMemory {
  const keyOf = (folder: string, script: string) => `${prefix}${folder}\n${script}`;
  return {
    recall: (folder, script) => state.get<ScriptChoices>(keyOf(folder, script)),
    remember(folder, script, choices) {
      void state.update(keyOf(folder, script), { ...choices, time: Date.now() });
      const known = state.keys().filter((key) => key.startsWith(prefix));
      if (known.length <= mostRemembered) return;
      const byAge = known.sort(
        (left, right) => (state.get<ScriptChoices>(left)?.time ?? 0) - (state.get<ScriptChoices>(right)?.time ?? 0),
      );
      for (const key of byAge.slice(0, known.length - mostRemembered)) void state.update(key, undefined);
    },
    targets: (folder) => state.get<RunTarget[]>(targetsPrefix + folder, []),
    rememberTarget(folder, target) {
      const same = JSON.stringify(target);
      const others = this.targets(folder).filter((other) => JSON.stringify(other) !== same);
      void state.update(targetsPrefix + folder, [target, ...others].slice(0, mostTargets));
    },
  };
}
