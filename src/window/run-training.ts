import * as vscode from 'vscode';
import { Fault } from '../base/fault.ts';
import type { LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import type { QueueRequest } from '../contract/queue.ts';
import type { RunTarget } from '../contract/run-file.ts';
import { askSecret } from './ask-secret.ts';
import type { Backend } from './backend-process.ts';
import { type ChosenPython, chosenPython } from './chosen-python.ts';
import type { Experiments, RunReference } from './experiments.ts';
import { workspaceFolders } from './folders.ts';
import type { PythonExtension } from './python-extension.ts';
import type { Queues } from './queues.ts';
import { waitInList } from './quick-pick.ts';
import { fillForm } from './run-form.ts';
import { type FormSubject, formTitle, type RunPlan, waitingItem } from './run-form-items.ts';
import { type Chosen, titleOf } from './run-target.ts';
import type { ScriptMemory } from './script-memory.ts';
import { pickScript } from './script-picker.ts';
import { withoutSecrets } from './secret-arguments.ts';
import { oneLine } from './tree-items.ts';
import { requireTrust } from './trust.ts';

/** What another extension, a task, a key or a test may ask for without questions. */
export interface RunRequest extends Chosen {
  args?: string[];
  python?: string;
  name?: string;
  experiment?: string;
  cwd?: string;
  tags?: Record<string, string>;
  /** It waits in the queue for its turn. */
  queue?: QueueRequest;
  /** A debugger that waits for the script. */
  debugger?: NonNullable<LaunchRequest['debugger']>;
}

/** A run that was started, or put into the queue. */
export interface StartedRun extends RunReference {
  queued: boolean;
}

export interface RunTraining {
  /** Asks how something is to be run, and starts nothing. */
  plan(chosen: Chosen): Promise<RunRequest | undefined>;
  /**
   * Asks what to run unless it is said, then how; starts it. Undefined when the person left.
   *
   * @param queueFirst the form's first row puts it into the queue
   */
  ask(chosen?: Chosen, queueFirst?: boolean): Promise<StartedRun | undefined>;
  start(request: RunRequest): Promise<StartedRun>;
  /** Starts a run again as it was, or queues it; the last one, in whichever folder that was, unless another is said. */
  again(reference?: RunReference, queue?: QueueRequest): Promise<StartedRun | undefined>;
  /** Tries a run again that failed, was stopped or was lost. */
  retry(reference: RunReference): Promise<StartedRun>;
  /** Starts a run again from its record; `args` undefined: asks for them. */
  rerun(reference: RunReference, args?: string[]): Promise<StartedRun | undefined>;
  /** The whole form for what a run ran, filled with the run's own arguments. */
  askLike(reference: RunReference): Promise<StartedRun | undefined>;
}

interface Parts {
  backend: Backend;
  experiments: Experiments;
  queues: Queues;
  memory: ScriptMemory;
  python: PythonExtension;
  started(reference: RunReference): void;
}

const startDeadline = 120_000;

export function createRunTraining({ backend, experiments, queues, memory, python, started }: Parts): RunTraining {
  const starting = async (
    title: string,
    start: () => Promise<{ run: string }>,
    folder: string,
    queue?: QueueRequest,
  ) => {
    const location = vscode.ProgressLocation.Window;
    const named = { title: oneLine(title, 60) };
    const doing = queue ? vscode.l10n.t('Queueing {title}…', named) : vscode.l10n.t('Starting {title}…', named);
    const progress = { location, title: doing };
    await vscode.workspace.saveAll(false);
    const { run } = await vscode.window.withProgress(progress, start);
    started({ folder, run });
    await Promise.all([experiments.refresh(folder), ...(queue ? [queues.refresh(folder)] : [])]);
    return { folder, run, queued: queue !== undefined };
  };

  /** Secrets are not recorded: what the environment does not have is asked for. */
  const rerunning = async (
    reference: RunReference,
    { call = 'rerun', ...more }: { call?: 'rerun' | 'retry'; args?: string[]; queue?: QueueRequest } = {},
  ): Promise<{ run: string }> => {
    const secrets: Record<string, string> = {};
    for (;;) {
      try {
        const input = { ...reference, ...more, secrets, origin: 'window' as const };
        return await backend.call(call, input, { deadline: startDeadline });
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'secret-missing') throw error;
        const { name, variable } = error.params;
        secrets[String(variable)] = await askSecret(String(name));
      }
    }
  };

  const start = async (request: RunRequest) => {
    const { folder, target } = request;
    requireTrust(folder);
    const path = request.python || (await chosenPython(python, folder))?.path;
    const input = {
      folder,
      target,
      args: request.args ?? [],
      origin: 'window' as const,
      env: { ...automaticLogging(folder), ...request.env },
      ...(path && target.kind !== 'program' ? { python: path } : {}),
      ...(request.name ? { name: request.name } : {}),
      ...(request.experiment ? { experiment: request.experiment } : {}),
      ...(request.cwd ? { cwd: request.cwd } : {}),
      ...(request.tags ? { tags: request.tags } : {}),
      ...(request.debugger ? { debugger: request.debugger } : {}),
      ...(request.queue ? { queue: request.queue } : {}),
    };
    const launch = () => backend.call('launch', input, { deadline: startDeadline });
    return starting(titleOf(target), launch, folder, request.queue);
  };

  const readSubject = async ({ folder, target }: Chosen, back: boolean): Promise<FormSubject> => {
    await vscode.workspace.saveAll(false);
    const chosen = target.kind === 'program' ? undefined : await chosenPython(python, folder);
    const form = await readForm(backend, folder, target, chosen);
    const file = form?.path ? vscode.Uri.file(form.path) : null;
    const pythonFrom = chosen?.from ?? null;
    const program = target.kind === 'program';
    const queue = queues.state(folder) ?? { jobs: 1, paused: false, running: [], waiting: [] };
    return { folder, title: titleOf(target), form, file, pythonFrom, program, queue, queueing: 'second', back };
  };

  /** Shows the form while it is still being read, so that the first Enter counts. */
  const inForm = async <Result>(
    title: string,
    reading: Promise<readonly [FormSubject, RunPlan]>,
    begin: (plan: RunPlan, queue: QueueRequest | undefined) => Promise<Result>,
    queueFirst = false,
  ): Promise<Result | 'back' | undefined> => {
    const read = await waitInList(formTitle(title), waitingItem(title, queueFirst), reading);
    if (!read) return undefined;
    const [subject, first] = read.result;
    const { kind, plan } = await fillForm({ backend, python }, subject, first, read);
    if (!subject.argumentsOnly) {
      const { args, ...others } = plan;
      memory.remember(subject.folder, subject.title, { ...others, args: withoutSecrets(subject.form, args) });
    }
    if (kind === 'back') return 'back';
    if (kind === 'left') return undefined;
    return begin(plan, kind === 'queue' ? {} : undefined);
  };

  const askHow = (
    chosen: Chosen,
    { back, queue }: { back: boolean; queue: FormSubject['queueing'] },
  ): Promise<RunRequest | 'back' | undefined> => {
    const { folder, target } = chosen;
    const reading = readSubject({ folder, target }, back).then(async (subject) => {
      const plan = await firstPlan(subject, target, memory, backend);
      return [{ ...subject, queueing: queue }, plan] as const;
    });
    return inForm(
      titleOf(target),
      reading,
      async (plan, wanted) => ({ ...chosen, ...plan, ...(wanted ? { queue: wanted } : {}) }),
      queue === 'first',
    );
  };

  return {
    start,
    async plan(chosen) {
      requireTrust(chosen.folder);
      const request = await askHow(chosen, { back: false, queue: 'not' });
      return request === 'back' ? undefined : request;
    },
    async ask(chosen, queueFirst = false) {
      const [first] = workspaceFolders();
      if (!first) throw fault('no-folder');
      requireTrust(chosen?.folder ?? first.uri.fsPath);
      for (;;) {
        const which = chosen ?? (await pickScript(backend, memory));
        if (!which) return undefined;
        if ('module' in which.target || 'argv' in which.target) memory.rememberTarget(which.folder, which.target);
        const request = await askHow(which, { back: !chosen, queue: queueFirst ? 'first' : 'second' });
        if (request !== 'back') return request && start(request);
      }
    },
    async again(reference, queue) {
      const which = reference ?? (await newestRun(backend));
      if (!which) return this.ask();
      const { folder, run } = which;
      requireTrust(folder);
      const { title } = await backend.call('run', { folder, run });
      return starting(title, () => rerunning({ folder, run }, queue ? { queue } : {}), folder, queue);
    },
    async retry({ folder, run }) {
      requireTrust(folder);
      const { title } = await backend.call('run', { folder, run });
      return starting(title, () => rerunning({ folder, run }, { call: 'retry' }), folder);
    },
    async rerun({ folder, run }, given) {
      requireTrust(folder);
      const begin = (title: string, args: string[], queue?: QueueRequest) =>
        starting(title, () => rerunning({ folder, run }, { args, ...(queue ? { queue } : {}) }), folder, queue);
      const { title, target, args } = await backend.call('run', { folder, run });
      if (given) return begin(title, given);
      const reading = readSubject({ folder, target }, false).then((subject) => {
        const plan = { args, python: '', name: '', experiment: '' };
        return [{ ...subject, title, argumentsOnly: true }, plan] as const;
      });
      const reference = await inForm(title, reading, (plan, queue) => begin(title, plan.args, queue));
      return reference === 'back' ? undefined : reference;
    },
    async askLike({ folder, run }) {
      requireTrust(folder);
      const { target, args, experiment } = await backend.call('run', { folder, run });
      const reading = readSubject({ folder, target }, false).then(
        (subject) => [subject, { args, python: '', name: '', experiment }] as const,
      );
      const reference = await inForm(titleOf(target), reading, (plan, queue) =>
        start({ folder, target, ...plan, ...(queue ? { queue } : {}) }),
      );
      return reference === 'back' ? undefined : reference;
    },
  };
}

/** Whether libraries are asked what they train; only what differs from the default is handed on, and kept with the run. */
function automaticLogging(folder: string): Record<string, string> {
  const settings = vscode.workspace.getConfiguration('trainyard', vscode.Uri.file(folder));
  return settings.get<boolean>('autolog') === false ? { TRAINYARD_AUTOLOG: 'off' } : {};
}

async function readForm(backend: Backend, folder: string, target: RunTarget, chosen: ChosenPython | undefined) {
  if (target.kind === 'program') return null;
  const python = chosen ? { python: chosen.path } : {};
  const what =
    target.kind === 'script' ? { path: target.path } : target.kind === 'module' ? { module: target.module } : {};
  return backend.call('script', { folder, ...what, ...python }, { deadline: 60_000 });
}

/** What was chosen here last, unless the script ran with something newer since. */
async function firstPlan(
  { folder, form }: FormSubject,
  target: RunTarget,
  memory: ScriptMemory,
  backend: Backend,
): Promise<RunPlan> {
  const known = memory.recall(folder, titleOf(target));
  const scripts = await backend.call('scripts', { folder });
  const lastRun = scripts.find(({ path }) => path === titleOf(target))?.lastRun;
  const newer = lastRun && (!known || lastRun.time / 1000 > known.time) ? lastRun.args : undefined;
  return {
    args: withoutSecrets(form, newer ?? known?.args ?? form?.lastArgs ?? []),
    python: known?.python ?? '',
    name: '',
    experiment: known?.experiment ?? '',
  };
}

async function newestRun(backend: Backend): Promise<RunReference | undefined> {
  const found = await Promise.all(
    workspaceFolders().map(async ({ uri }) => {
      const { runs } = await backend.call('runs', { folder: uri.fsPath, limit: 1, archived: true });
      return runs.map(({ id, created }) => ({ folder: uri.fsPath, run: id, created }));
    }),
  );
  return found.flat().sort((left, right) => right.created - left.created)[0];
}
