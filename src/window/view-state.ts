import * as vscode from 'vscode';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import type { Folders } from './folders.ts';
import type { Queues } from './queues.ts';

const welcomed = new Set([
  'store-newer',
  'store-broken',
  'store-foreign',
  'store-link',
  'store-busy',
  'store-not-writable',
  'no-driver',
]);

/** Keeps the context keys up to date that menus and welcome views of package.json ask about. */
export function followViewState(
  context: vscode.ExtensionContext,
  backend: Backend,
  experiments: Experiments,
  folders: Folders,
  queues: Queues,
): void {
  const known = new Map<string, unknown>();
  const set = (key: string, value: unknown) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  let askedForPython = false;

  const draw = () => {
    const trees = experiments.folders().map((folder) => experiments.tree(folder));
    const hasRuns = trees.some((tree) => tree && (tree.total > 0 || tree.matching > 0));
    const matching = trees.some((tree) => tree && tree.matching > 0);
    const state = stateOf(backend, experiments, folders, { hasRuns, matching });
    set('trainyard.state', state);
    set('trainyard.hasRuns', hasRuns);
    set('trainyard.running', experiments.running().length > 0);
    const states = experiments.folders().flatMap((folder) => queues.state(folder) ?? []);
    const queued = states.some(({ waiting }) => waiting.length > 0);
    const paused = states.some((queue) => queue.paused);
    set('trainyard.queued', queued);
    set('trainyard.queuePaused', paused);
    set('trainyard.queueShown', queued || paused);
    if (state === 'empty' && vscode.workspace.isTrusted && !askedForPython) {
      askedForPython = true;
      void lookForPython();
    }
  };

  const lookForPython = async () => {
    const found = await Promise.allSettled(
      experiments.folders().map((folder) => backend.call('interpreters', { folder }, { deadline: 60_000 })),
    );
    const none = found.every((answer) => answer.status === 'fulfilled' && answer.value.length === 0);
    const chosen = vscode.workspace.getConfiguration('trainyard').get<string>('python');
    set('trainyard.noPython', none && !chosen && found.length > 0);
  };

  context.subscriptions.push(
    { dispose: experiments.onChange(draw) },
    { dispose: queues.onChange(draw) },
    { dispose: backend.onState(draw) },
    folders.onChange(draw),
    vscode.workspace.onDidGrantWorkspaceTrust(draw),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('trainyard.python')) void lookForPython();
    }),
  );
}

function stateOf(
  backend: Backend,
  experiments: Experiments,
  folders: Folders,
  { hasRuns, matching }: { hasRuns: boolean; matching: boolean },
): string {
  if (backend.state === 'gone') return 'gone';
  if (hasRuns) return matching ? 'runs' : 'unmatched';
  const paths = experiments.folders();
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) {
    const problem = folders.states.find(({ path }) => path === only)?.problem ?? experiments.problem(only);
    if (problem) return welcomed.has(problem.code) ? problem.code : 'problem';
  }
  if (paths.length === 0 || !paths.every((path) => experiments.tree(path))) return 'loading';
  return vscode.workspace.isTrusted ? 'empty' : 'untrusted';
}
