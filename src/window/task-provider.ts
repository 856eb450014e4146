import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';
import type { RunDetails } from '../contract/run.ts';
import type { RunTarget } from '../contract/run-file.ts';
import type { Backend } from './backend-process.ts';
import { splitCommandLine } from './command-line.ts';
import type { RunReference } from './experiments.ts';
import { workspaceFolders } from './folders.ts';
import type { Messages } from './messages.ts';
import { scriptTarget } from './run-target.ts';
import { runTerminal } from './run-terminal.ts';
import type { RunRequest, RunTraining } from './run-training.ts';
import { taskProblems } from './task-problems.ts';

export const taskType = 'trainyard';
/** So many of the likeliest scripts are offered as tasks. */
const mostOffered = 20;

interface Parts {
  backend: Backend;
  training: RunTraining;
  messages: Messages;
  stop(reference: RunReference): Promise<unknown>;
}

/** Trainings as tasks: those of tasks.json, and the scripts of the folder. */
export function provideTasks(context: vscode.ExtensionContext, parts: Parts): void {
  const problems = taskProblems(context);
  const makeTask = (definition: vscode.TaskDefinition, scope: vscode.WorkspaceFolder, name: string) => {
    const execution = new vscode.CustomExecution(async (resolved) => {
      problems.delete(JSON.stringify(resolved));
      const ended = (run: RunDetails) => problems.set(JSON.stringify(resolved), run);
      return runTerminal({ ...parts, ended }, async () => parts.training.start(requestOf(resolved, scope)));
    });
    const task = new vscode.Task(definition, scope, name, 'trainyard', execution, []);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
    return task;
  };
  context.subscriptions.push(
    vscode.tasks.registerTaskProvider(taskType, {
      async provideTasks() {
        if (!vscode.workspace.isTrusted) return [];
        const found = await Promise.all(
          workspaceFolders().map(async (folder) => {
            const scripts = await parts.backend.call('scripts', { folder: folder.uri.fsPath });
            return scripts
              .filter(({ entry }) => entry)
              .slice(0, mostOffered)
              .map(({ path }) => {
                const kind = scriptTarget(path).kind === 'notebook' ? 'notebook' : 'script';
                return makeTask({ type: taskType, [kind]: path }, folder, vscode.l10n.t('train {path}', { path }));
              });
          }),
        );
        return found.flat();
      },
      resolveTask(task) {
        const scope = typeof task.scope === 'object' ? task.scope : workspaceFolders()[0];
        return scope && makeTask(task.definition, scope, task.name);
      },
    }),
  );
}

/**
 * What the fields of a task, or of a debug configuration, ask for.
 *
 * @throws `bad-input` where they are not what package.json says, `no-target` where nothing is named
 */
export function requestOf(fields: Readonly<Record<string, unknown>>, folder: vscode.WorkspaceFolder): RunRequest {
  const path = folder.uri.fsPath;
  const text = (name: string) => textField(fields, name);
  const cwd = text('cwd');
  const [args, env, tags] = [listField(fields, 'args'), recordField(fields, 'env'), recordField(fields, 'tags')];
  const optional = {
    name: text('runName') ?? (fields.request === undefined ? text('name') : undefined),
    experiment: text('experiment'),
    python: text('python'),
  };
  return {
    folder: path,
    target: targetField(fields),
    args,
    env,
    tags,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(cwd === undefined ? {} : { cwd: resolve(path, cwd) }),
  };
}

function targetField(fields: Readonly<Record<string, unknown>>): RunTarget {
  const script = textField(fields, 'script') ?? textField(fields, 'notebook');
  if (script !== undefined) return scriptTarget(script);
  const module = textField(fields, 'module');
  if (module !== undefined) return { kind: 'module', module };
  const argv = splitCommandLine(textField(fields, 'program') ?? '');
  if (Array.isArray(argv) && argv.length > 0) return { kind: 'program', argv };
  throw fault('no-target');
}

function textField(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw fault('bad-input', { what: name, problem: 'expected text' });
  return value;
}

function listField(fields: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = fields[name] ?? [];
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number');
  if (!isList) throw fault('bad-input', { what: name, problem: 'expected a list of texts' });
  return value.map(String);
}

function recordField(fields: Readonly<Record<string, unknown>>, name: string): Record<string, string> {
  const value = fields[name] ?? {};
  const isRecord =
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === 'string');
  if (!isRecord) throw fault('bad-input', { what: name, problem: 'expected texts by name' });
  return value as Record<string, string>;
}
