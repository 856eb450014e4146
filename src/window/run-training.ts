import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';
import type { RunTarget } from '../contract/run-file.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import { workspaceFolders } from './folders.ts';
import { waitInList } from './quick-pick.ts';
import { type FormSubject, fillForm, formTitle, type RunPlan } from './run-form.ts';
import { createScriptMemory, type ScriptMemory } from './script-memory.ts';
import { type Chosen, pickScript } from './script-picker.ts';
import { oneLine } from './tree-items.ts';
import { requireTrust } from './trust.ts';

/** What another extension, a key or a test may ask for without questions. */
export interface RunRequest extends Chosen {
  args?: string[];
  python?: string;
  name?: string;
  experiment?: string;
}

export interface RunTraining {
  /** Asks what to run unless it is said, then how; starts it. Undefined when the person left. */
  ask(chosen?: Chosen): Promise<RunReference | undefined>;
  start(request: RunRequest): Promise<RunReference>;
  /** Starts the last training again as it was, in whichever folder that was. */
  again(): Promise<RunReference | undefined>;
  rerun(reference: RunReference, args?: string[]): Promise<RunReference | undefined>;
}

interface Parts {
  backend: Backend;
  experiments: Experiments;
  state: vscode.Memento;
  started(reference: RunReference): void;
}

const startDeadline = 120_000;

export function createRunTraining({ backend, experiments, state, started }: Parts): RunTraining {
  const memory = createScriptMemory(state);

  const starting = async (title: string, start: () => Promise<{ run: string }>, folder: string) => {
    const location = vscode.ProgressLocation.Window;
    const progress = { location, title: vscode.l10n.t('Starting {title}…', { title: oneLine(title, 60) }) };
    const { run } = await vscode.window.withProgress(progress, start);
    const reference = { folder, run };
    started(reference);
    await experiments.refresh(folder);
    return reference;
  };

  const start = async (request: RunRequest) => {
    const { folder, target } = request;
    requireTrust(folder);
    const python = request.python || settingPython(folder);
    const input = {
      folder,
      target,
      args: request.args ?? [],
      origin: 'window' as const,
      ...(python ? { python } : {}),
      ...(request.name ? { name: request.name } : {}),
      ...(request.experiment ? { experiment: request.experiment } : {}),
    };
    return starting(titleOf(target), () => backend.call('launch', input, { deadline: startDeadline }), folder);
  };

  const askHow = async ({ folder, target }: Chosen, back: boolean): Promise<RunReference | 'back' | undefined> => {
    const reading = readSubject(backend, { folder, target }, back).then(
      async (subject) => [subject, await firstPlan(subject, target, memory, backend)] as const,
    );
    const read = await waitInList(formTitle(titleOf(target)), reading);
    if (!read) return undefined;
    const outcome = await fillForm(backend, ...read);
    const { args, python, name, experiment } = outcome.plan;
    memory.remember(folder, titleOf(target), { args, python, experiment });
    if (outcome.kind === 'back') return 'back';
    return outcome.kind === 'start' ? start({ folder, target, args, python, name, experiment }) : undefined;
  };

  return {
    start,
    async ask(chosen) {
      const [first] = workspaceFolders();
      if (!first) throw fault('no-folder');
      requireTrust(chosen?.folder ?? first.uri.fsPath);
      for (;;) {
        const which = chosen ?? (await pickScript(backend));
        if (!which) return undefined;
        const reference = await askHow(which, !chosen);
        if (reference !== 'back') return reference;
      }
    },
    async again() {
      const newest = await newestRun(backend);
      if (!newest) return this.ask();
      requireTrust(newest.folder);
      const { folder, run } = newest;
      const rerun = () => backend.call('rerun', { folder, run, origin: 'window' }, { deadline: startDeadline });
      return starting(newest.title, rerun, folder);
    },
    async rerun({ folder, run }, given) {
      requireTrust(folder);
      const details = await backend.call('run', { folder, run });
      const args = given ?? (await askArguments(backend, folder, details));
      if (!args) return undefined;
      const rerun = () => backend.call('rerun', { folder, run, args, origin: 'window' }, { deadline: startDeadline });
      return starting(details.title, rerun, folder);
    },
  };
}

function settingPython(folder: string): string {
  return vscode.workspace.getConfiguration('trainyard', vscode.Uri.file(folder)).get<string>('python') ?? '';
}

function titleOf(target: RunTarget): string {
  switch (target.kind) {
    case 'module':
      return `-m ${target.module}`;
    case 'program':
      return target.argv[0] ?? '';
    default:
      return target.path;
  }
}

async function readSubject(backend: Backend, { folder, target }: Chosen, back: boolean): Promise<FormSubject> {
  const python = settingPython(folder);
  const isScript = target.kind === 'script';
  const form = isScript
    ? await backend.call('script', { folder, path: target.path, ...(python ? { python } : {}) }, { deadline: 60_000 })
    : null;
  const file = isScript ? vscode.Uri.file(resolve(folder, target.path)) : null;
  return { folder, title: titleOf(target), form, file, argumentsOnly: false, back };
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
    args: newer ?? known?.args ?? form?.lastArgs ?? [],
    python: known?.python ?? '',
    name: '',
    experiment: known?.experiment ?? '',
  };
}

async function newestRun(backend: Backend): Promise<{ folder: string; run: string; title: string } | undefined> {
  const found = await Promise.all(
    workspaceFolders().map(async ({ uri }) => {
      const { runs } = await backend.call('runs', { folder: uri.fsPath, limit: 1, archived: true });
      return runs.map(({ id, title, created }) => ({ folder: uri.fsPath, run: id, title, created }));
    }),
  );
  return found.flat().sort((left, right) => right.created - left.created)[0];
}

async function askArguments(
  backend: Backend,
  folder: string,
  details: { target: RunTarget; title: string; args: string[] },
): Promise<string[] | undefined> {
  const reading = readSubject(backend, { folder, target: details.target }, false);
  const subject = await waitInList(formTitle(details.title), reading);
  if (!subject) return undefined;
  const plan = { args: details.args, python: '', name: '', experiment: '' };
  const outcome = await fillForm(backend, { ...subject, title: details.title, argumentsOnly: true }, plan);
  return outcome.kind === 'start' ? outcome.plan.args : undefined;
}
