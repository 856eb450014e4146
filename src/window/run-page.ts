import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { toExactMessage } from '../base/exact-message.ts';
import { type Handlers, type RpcMessage, serve } from '../base/rpc.ts';
import { fault } from '../contract/errors.ts';
import type { QueuePlace, RunPageCalls } from '../contract/panel.ts';
import { panelPage } from '../contract/panel-page.ts';
import type { RunDetails } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { CodeDocuments } from './code-documents.ts';
import type { RunReference } from './experiments.ts';
import { openRunFile } from './open-file.ts';
import { openUsedFile } from './open-used-file.ts';
import { packCurve } from './pack-curve.ts';
import type { QueueActions } from './queue-actions.ts';
import type { Queues } from './queues.ts';
import type { RunActions } from './run-actions.ts';
import { runPageInputs } from './run-page-calls.ts';
import { type ChosenRun, isReference } from './run-picker.ts';
import type { RunTraining, StartedRun } from './run-training.ts';
import { saveChart, savePoints } from './save-chart.ts';
import { statusIconPath } from './status-icons.ts';
import { oneLine } from './tree-items.ts';
import { webviewStrings } from './webview-strings.ts';

export interface RunPages {
  open(reference: RunReference, how: Opening): Promise<void>;
  close(references: readonly RunReference[]): void;
  /** The run's page is what the person looks at. */
  inView(reference: RunReference): boolean;
}

/**
 * `kept`: the person wants it, and gets the focus there. `preview`: a look at it while the focus stays, or the focus where the same
 * is looked at twice in a row. `started`: it opens by itself, beside what is being edited. Where nothing was done on a page that
 * opened as one of the latter two, the next such page takes its place.
 */
export type Opening = 'kept' | 'preview' | 'started';

interface Parts {
  context: vscode.ExtensionContext;
  backend: Backend;
  code: CodeDocuments;
  actions: RunActions;
  queue: QueueActions;
  queues: Queues;
  training: RunTraining;
}

interface Page {
  reference: RunReference;
  panel: vscode.WebviewPanel;
  changed(): void;
  /** The person did something on it, or asked for it. */
  kept: boolean;
}

/** Milliseconds between two clicks that are one double click. */
const doubleClick = 500;

export const runPageType = 'trainyard.run';

export function createRunPages(parts: Parts): RunPages {
  const { context, backend } = parts;
  const pages = new Map<string, Page>();
  let lastPreview = { key: '', time: 0 };
  const keyOf = ({ folder, run }: RunReference) => `${folder}\n${run}`;

  const fill = (panel: vscode.WebviewPanel, reference: RunReference): Page => {
    const key = keyOf(reference);
    const page: Page = { reference, panel, changed: () => undefined, kept: true };
    pages.set(key, page);
    panel.onDidDispose(() => {
      if (pages.get(key) === page) pages.delete(key);
    });
    const { handlers, refresh } = pageHandlers(page, parts, async ({ folder, run, queued }) => {
      if (!queued) await open({ folder, run }, 'started');
    });
    const event = serve<RunPageCalls>(channelOf(panel), handlers);
    page.changed = () => {
      refresh();
      event('changed', null);
    };
    panel.webview.html = pageHtml(panel, reference, context.extensionUri);
    return page;
  };

  const pageOptions = (): vscode.WebviewPanelOptions & vscode.WebviewOptions => ({
    enableScripts: true,
    enableFindWidget: true,
    localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview')],
  });

  const everyPage = (folder: string | undefined, runs?: readonly string[]) => {
    for (const page of pages.values()) {
      if (folder !== undefined && page.reference.folder !== folder) continue;
      if (!runs || runs.includes(page.reference.run)) page.changed();
    }
  };

  context.subscriptions.push(
    { dispose: backend.onEvent('changed', ({ folder, runs }) => everyPage(folder, runs)) },
    { dispose: parts.queues.onChange(() => everyPage(undefined)) },
    {
      dispose: backend.onState((state) => {
        if (state === 'running') everyPage(undefined);
      }),
    },
    vscode.window.registerWebviewPanelSerializer(runPageType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        const reference = Reflect.get(Object(state), 'reference');
        if (!isReference(reference)) return panel.dispose();
        panel.webview.options = pageOptions();
        fill(panel, reference);
      },
    }),
  );

  const open: RunPages['open'] = async (reference, how) => {
    const key = keyOf(reference);
    const again = how === 'preview' && lastPreview.key === key && Date.now() - lastPreview.time < doubleClick;
    if (how === 'preview') lastPreview = { key, time: Date.now() };
    const kept = how === 'kept' || again;
    const known = pages.get(key);
    if (known) {
      known.kept ||= kept;
      return known.panel.reveal(known.panel.viewColumn, !kept);
    }
    const before = kept ? undefined : [...pages.values()].find((page) => !page.kept);
    const beside = how === 'started' && vscode.window.activeTextEditor !== undefined;
    const viewColumn = before?.panel.viewColumn ?? (beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
    const title = vscode.l10n.t('Run');
    const panel = vscode.window.createWebviewPanel(
      runPageType,
      title,
      { viewColumn, preserveFocus: !kept },
      pageOptions(),
    );
    fill(panel, reference).kept = kept;
    before?.panel.dispose();
  };

  return {
    open,
    close(references) {
      for (const reference of references) pages.get(keyOf(reference))?.panel.dispose();
    },
    inView: (reference) => pages.get(keyOf(reference))?.panel.visible ?? false,
  };
}

function channelOf(panel: vscode.WebviewPanel) {
  let disposed = false;
  panel.onDidDispose(() => {
    disposed = true;
  });
  return {
    send(message: RpcMessage) {
      if (!disposed) void panel.webview.postMessage(toExactMessage(message));
    },
    listen(receive: (message: RpcMessage) => void) {
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (isCall(message)) receive(message);
      });
    },
  };
}

function isCall(message: unknown): message is RpcMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, id, name } = message as Record<string, unknown>;
  if (typeof id !== 'number') return false;
  return kind === 'cancel' || (kind === 'call' && typeof name === 'string');
}

function pageHtml(panel: vscode.WebviewPanel, reference: RunReference, extension: vscode.Uri): string {
  const file = (name: string) =>
    panel.webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webview', name)).toString();
  return panelPage({
    title: vscode.l10n.t('Run'),
    script: file('run.js'),
    style: file('run.css'),
    source: panel.webview.cspSource,
    nonce: randomBytes(16).toString('base64url'),
    start: { strings: webviewStrings(), locale: vscode.env.language, reference },
  });
}

function pageHandlers(
  page: Page,
  { context, backend, code, actions, queue, queues, training }: Parts,
  openStarted: (started: StartedRun) => Promise<void>,
): { handlers: Handlers<RunPageCalls>; refresh(): void } {
  const { reference, panel } = page;
  const { folder, run } = reference;
  const details = async () => {
    const found = await backend.call('run', { folder, run });
    panel.title = oneLine(found.name, 60);
    panel.iconPath = statusIconPath(context.extensionUri, found.status);
    return found;
  };
  // VS Code takes a while until the page asks; what it asks for first is fetched meanwhile.
  let early: Promise<PromiseSettledResult<RunDetails>[]> | undefined = Promise.allSettled([details()]);
  const firstDetails = async () => {
    const [settled] = (await early) ?? [];
    early = undefined;
    if (settled?.status === 'rejected') throw settled.reason;
    return settled?.value ?? details();
  };
  const chosen = async (): Promise<ChosenRun> => ({ ...(await details()), folder, run });
  const done = async (action: Promise<unknown>) => {
    await action;
    return null;
  };
  const handlers: Handlers<RunPageCalls> = {
    details: firstDetails,
    curves: async (input, signal) =>
      (await backend.call('curves', { folder, run, ...input }, { signal })).map(packCurve),
    media: (input, signal) => backend.call('media', { folder, run, ...input }, { signal }),
    output: (input, signal) => backend.call('output', { folder, run, ...input }, { signal }),
    patch: () => backend.call('patch', { folder, run }),
    stop: async () => done(actions.stop(await chosen())),
    rerun: () => done(training.rerun(reference).then((started) => started && openStarted(started))),
    retry: () => done(training.retry(reference).then((started) => openStarted(started))),
    queue: async () => queuePlace(queues, reference),
    changeQueue: async ({ change }) => {
      const row = queues.find(reference);
      if (change === 'resume' || change === 'pause') return done(queue.pause(folder, change === 'pause'));
      if (!row) throw fault('run-not-queued', { run });
      return done(change === 'top' ? queue.move([{ folder, ...row }], 'top') : queue.remove([{ folder, ...row }]));
    },
    reproduce: () => done(Promise.resolve(vscode.commands.executeCommand('trainyard.reproduce', reference))),
    rename: async () => done(actions.rename(await chosen())),
    delete: async () => {
      if (await actions.delete([await chosen()])) panel.dispose();
      return null;
    },
    note: async ({ note }) => done(actions.editNote(await chosen(), note)),
    star: async ({ starred }) => done(actions.star([await chosen()], starred)),
    watchAnomalies: (input) => backend.call('watchAnomalies', { folder, ...input }),
    openFile: ({ file, line }) => done(openRunFile(folder, file, line)),
    openUsedFile: async (asked) => done(openUsedFile(await details(), asked)),
    openPatch: async () => {
      const content = await backend.call('patch', { folder, run });
      const document = await vscode.workspace.openTextDocument({ language: 'diff', content });
      return done(Promise.resolve(vscode.window.showTextDocument(document, { preview: true })));
    },
    saveChart: (chart) => saveChart(reference, chart),
    savePoints: (metric) => savePoints(backend, reference, metric),
    openDiff: async ({ between, file }) => {
      const { name } = await details();
      return done(code.compare(reference, oneLine(name, 60), between, file));
    },
    touched: async () => {
      page.kept = true;
      return null;
    },
    revealFolder: () => done(actions.revealFolder(reference)),
    copy: ({ text }) => done(Promise.resolve(vscode.env.clipboard.writeText(text))),
  };
  return {
    handlers: checked(handlers),
    refresh() {
      early = undefined;
    },
  };
}

/** Where the run waits and for what; null where it does not. */
function queuePlace(queues: Queues, reference: RunReference): QueuePlace | null {
  const state = queues.state(reference.folder);
  const row = queues.find(reference);
  if (!state || !row) return null;
  const { position, problem, attempt, retries } = row;
  return { position, problem, attempt, retries, jobs: state.jobs, paused: state.paused, running: state.running.length };
}

function checked(handlers: Handlers<RunPageCalls>): Handlers<RunPageCalls> {
  const names = Object.keys(runPageInputs) as (keyof RunPageCalls)[];
  const entries = names.map((name) => {
    const check = runPageInputs[name];
    const handler = handlers[name] as (input: unknown, signal: AbortSignal) => Promise<unknown>;
    return [name, async (input: unknown, signal: AbortSignal) => handler(check(input), signal)] as const;
  });
  return Object.fromEntries(entries) as unknown as Handlers<RunPageCalls>;
}
