import * as vscode from 'vscode';
import {
  type Backend,
  createBackend,
  createCodeDocuments,
  createExperiments,
  createMessages,
  createOutputDocuments,
  createQueueActions,
  createQueues,
  createRunActions,
  createRunPages,
  createRunPicker,
  createRunTraining,
  createScriptMemory,
  createUndoStack,
  type ExperimentsView,
  followFolders,
  followViewState,
  keepArrangement,
  offerInTerminals,
  offerOverEntry,
  offerPackages,
  openLog,
  provideDebugging,
  provideTasks,
  pythonExtension,
  type QueueView,
  type RunReference,
  registerCommands,
  revealRun,
  showExperiments,
  showQueue,
  showStatusBar,
  watchForAnomalies,
  watchRuns,
  workspaceFolders,
} from './window/index.ts';

/** What tests see of the window from inside the extension host. */
export interface WindowParts {
  tree: ExperimentsView['tree'];
  queue: QueueView['tree'];
  backend: Pick<Backend, 'pid' | 'state'>;
}

/** Builds the parts of the window and hands them to each other. Nothing is started until something asks for runs. */
export async function activate(context: vscode.ExtensionContext): Promise<WindowParts> {
  const log = openLog(context);
  const messages = createMessages(log);
  const settings = (folder: string) => vscode.workspace.getConfiguration('trainyard', vscode.Uri.file(folder));
  const arrangement = keepArrangement(context);

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
    arrangement,
  });
  const { tree, view } = showExperiments(context, { backend, experiments, folders, messages, arrangement });
  const follow = () => void experiments.follow(workspaceFolders().map(({ uri }) => uri.fsPath));
  context.subscriptions.push(folders.onChange(follow), {
    dispose: backend.onState((state) => {
      if (state === 'running') follow();
    }),
  });
  const queues = createQueues(backend, experiments, log.log);
  followViewState(context, backend, experiments, folders, queues);
  showStatusBar(context, { backend, experiments, queues });

  watchForAnomalies({ backend, experiments, messages, state: context.workspaceState, log: log.log });
  const watch = watchRuns({
    backend,
    experiments,
    state: context.workspaceState,
    log: log.log,
    inView: (reference) => pages.inView(reference),
  });
  const started = (reference: RunReference) => watch.add(reference);
  const python = pythonExtension(log.log);
  const memory = createScriptMemory(context.workspaceState);
  const training = createRunTraining({ backend, experiments, queues, memory, python, started });
  const undo = createUndoStack(backend, experiments, messages);
  const actions = createRunActions(backend, experiments, undo);
  const code = createCodeDocuments(context, backend);
  const queue = createQueueActions({
    backend,
    experiments,
    queues,
    messages,
    queueAgain: (reference) => training.again(reference, {}),
  });
  const queueView = showQueue(context, { queues, experiments, folders, messages, move: queue.put });
  const pages = createRunPages({ context, backend, code, actions, queue, queues, training });
  const reveal = (reference: RunReference) => revealRun(reference, { backend, experiments, view, tree, log: log.log });
  const stop = (reference: RunReference) => backend.call('stop', reference);
  provideTasks(context, { backend, training, messages, stop });
  const debugging = provideDebugging(context, { backend, training, python, messages, reveal, stop });
  const picker = createRunPicker({ backend, experiments, folders, view });
  registerCommands(context, {
    backend,
    experiments,
    folders,
    training,
    debugging,
    actions,
    picker,
    pages,
    view,
    output: createOutputDocuments(context, backend),
    messages,
    python,
    log,
    reveal,
    arrangement,
    undo,
    queue,
    queues,
    queueView,
  });

  offerOverEntry(context);
  offerPackages(context);
  await offerInTerminals(context, log.log);
  if (backend.state === 'idle' && (await folders.anyStore())) await messages.attempt(() => folders.open());
  return { tree, queue: queueView.tree, backend };
}
