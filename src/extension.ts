import * as vscode from 'vscode';
import {
  type Backend,
  createBackend,
  createExperiments,
  createMessages,
  createOutputDocuments,
  createRunActions,
  createRunPages,
  createRunPicker,
  createRunTraining,
  type ExperimentsView,
  followFolders,
  followViewState,
  offerInTerminals,
  offerOverMainGuard,
  openLog,
  type RunReference,
  registerCommands,
  revealRun,
  showExperiments,
  showStatusBar,
  watchRuns,
  workspaceFolders,
} from './window/index.ts';

/** What tests see of the window from inside the extension host. */
export interface WindowParts {
  tree: ExperimentsView['tree'];
  backend: Pick<Backend, 'pid' | 'state'>;
}

/** Builds the parts of the window and hands them to each other. Nothing is started until something asks for runs. */
export async function activate(context: vscode.ExtensionContext): Promise<WindowParts> {
  const log = openLog(context);
  const messages = createMessages(log);
  const settings = (folder: string) => vscode.workspace.getConfiguration('trainyard', vscode.Uri.file(folder));
  const archivedKey = 'archivedShown';

  const backend = createBackend({
    entry: vscode.Uri.joinPath(context.extensionUri, 'dist', 'backend.mjs').fsPath,
    log: log.log,
    prepare: (call) => folders.open(call),
  });
  context.subscriptions.push(backend);
  const folders = followFolders(context, backend, messages);
  const experiments = createExperiments({
    backend,
    log: log.log,
    metric: (folder) => settings(folder).get<string>('treeMetric') ?? '',
    archived: () => context.workspaceState.get<boolean>(archivedKey) ?? false,
  });
  const { tree, view } = showExperiments(context, backend, experiments, folders, messages);
  const follow = () => void experiments.follow(workspaceFolders().map(({ uri }) => uri.fsPath));
  context.subscriptions.push(folders.onChange(follow), {
    dispose: backend.onState((state) => {
      if (state === 'running') follow();
    }),
  });
  followViewState(context, backend, experiments, folders);
  showStatusBar(context, backend, experiments);

  const watch = watchRuns({
    backend,
    experiments,
    state: context.workspaceState,
    log: log.log,
    inView: (reference) => pages.inView(reference),
  });
  const started = (reference: RunReference) => watch.add(reference);
  const training = createRunTraining({ backend, experiments, state: context.workspaceState, started });
  const actions = createRunActions(backend, experiments);
  const pages = createRunPages({ context, backend, actions, training });
  const picker = createRunPicker({ backend, experiments, folders, view });
  const setArchivedShown = async (shown: boolean) => {
    await context.workspaceState.update(archivedKey, shown);
    await vscode.commands.executeCommand('setContext', 'trainyard.archivedShown', shown);
    await Promise.all(experiments.folders().map((folder) => experiments.refresh(folder)));
  };
  registerCommands(context, {
    backend,
    experiments,
    folders,
    training,
    actions,
    picker,
    pages,
    output: createOutputDocuments(context, backend),
    messages,
    log,
    reveal: (reference) => revealRun(reference, { backend, experiments, view, tree, log: log.log }),
    setArchivedShown,
  });

  offerOverMainGuard(context);
  const archivedShown = context.workspaceState.get<boolean>(archivedKey) ?? false;
  await vscode.commands.executeCommand('setContext', 'trainyard.archivedShown', archivedShown);
  await offerInTerminals(context, log.log);
  if (backend.state === 'idle' && (await folders.anyStore())) await messages.attempt(() => folders.open());
  return { tree, backend };
}
