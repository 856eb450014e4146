import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import { Fault } from '../base/fault.ts';
import { fault } from '../contract/errors.ts';
import type { Backend } from './backend-process.ts';
import { chosenPython } from './chosen-python.ts';
import { type DebuggedRun, debugAdapter } from './debug-adapter.ts';
import type { RunReference } from './experiments.ts';
import { findDebugpy } from './find-debugpy.ts';
import { workspaceFolders } from './folders.ts';
import { followRun } from './follow-run.ts';
import type { Messages } from './messages.ts';
import type { PythonExtension } from './python-extension.ts';
import { titleOf } from './run-target.ts';
import type { RunRequest, RunTraining } from './run-training.ts';
import { requestOf } from './task-provider.ts';
import { requireTrust } from './trust.ts';

export const debugType = 'trainyard';

interface Parts {
  backend: Backend;
  training: RunTraining;
  python: PythonExtension;
  messages: Messages;
  reveal(reference: RunReference): Promise<void>;
  stop(reference: RunReference): Promise<unknown>;
}

/** What a configuration asks for, found out before the session begins, so that a person is told what is missing. */
interface Prepared extends Pick<DebuggedRun, 'python' | 'library'> {
  request: RunRequest;
}

export interface DebugTraining {
  start(request: RunRequest): Promise<void>;
}

/** Debugging of tracked runs: the debug type, and what starts it from a file. */
export function provideDebugging(context: vscode.ExtensionContext, parts: Parts): DebugTraining {
  const { backend, training, messages } = parts;
  /** By the id that a configuration carries to its session. */
  const prepared = new Map<string, Prepared>();

  const prepare = async (request: RunRequest): Promise<Prepared> => {
    const { folder, target } = request;
    requireTrust(folder);
    if (target.kind !== 'script' && target.kind !== 'module') throw fault('not-debuggable', { what: titleOf(target) });
    if (target.kind === 'script' && !existsSync(resolve(folder, target.path))) {
      throw fault('script-missing', { file: resolve(folder, target.path), cwd: folder });
    }
    const asked = request.python ?? (await chosenPython(parts.python, folder))?.path;
    const form = await backend.call('script', { folder, ...(asked ? { python: asked } : {}) }, { deadline: 60_000 });
    if (form.interpreterProblem) throw new Fault(form.interpreterProblem.code, form.interpreterProblem.params);
    const python = form.interpreter?.path;
    if (!python) throw fault('python-missing');
    const library = await findDebugpy(python, folder);
    return { python, library, request: { ...request, python } };
  };

  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider(debugType, {
      resolveDebugConfiguration(_, given) {
        if (given.type) return given;
        const file = vscode.window.activeTextEditor?.document;
        if (file?.languageId !== 'python') return given;
        return {
          type: debugType,
          request: 'launch',
          name: vscode.l10n.t('Debug a tracked run'),
          script: file.fileName,
        };
      },
      resolveDebugConfigurationWithSubstitutedVariables: (folder, given) =>
        messages.attempt(async () => {
          if (given.request === 'attach') return given;
          const home = folder ?? workspaceFolders()[0];
          if (!home) throw fault('no-folder');
          const request = requestOf(given, home);
          if (!given.noDebug) {
            const id = `${Date.now()}-${prepared.size}`;
            prepared.set(id, await prepare(request));
            return { ...given, prepared: id };
          }
          await parts.reveal(await training.start(request));
          return undefined;
        }),
    }),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor({ configuration, workspaceFolder }) {
        if (configuration.request === 'attach') {
          const { host, port } = configuration.connect as { host: string; port: number };
          return new vscode.DebugAdapterServer(port, host);
        }
        const found = prepared.get(String(configuration.prepared));
        if (!found) throw fault('debugger-failed', { problem: 'its configuration was not resolved' });
        prepared.delete(String(configuration.prepared));
        const { python, library, request } = found;
        return new vscode.DebugAdapterInlineImplementation(
          debugAdapter({
            python,
            library,
            options: optionsOf(configuration),
            async start(address) {
              const processes = configuration.subProcess !== false;
              const reference = await training.start({ ...request, debugger: { address, library, processes } });
              messages.attempt(() => parts.reveal(reference));
              return reference;
            },
            follow: (run, say, signal) => followRun(backend, run, say, signal),
            stop: parts.stop,
            attach(child) {
              const parentSession = vscode.debug.activeDebugSession;
              const options = { ...(parentSession ? { parentSession } : {}), lifecycleManagedByParent: true };
              void vscode.debug.startDebugging(workspaceFolder, child, options);
            },
            complain: (error) => void messages.fault(error),
          }),
        );
      },
    }),
  );

  return {
    async start(request) {
      const { folder, target, ...more } = request;
      const what = target.kind === 'module' ? { module: target.module } : { script: titleOf(target) };
      const { name, ...fields } = more;
      const configuration = { type: debugType, request: 'launch', name: titleOf(target), ...what, ...fields };
      const home = workspaceFolders().find(({ uri }) => uri.fsPath === folder);
      await vscode.debug.startDebugging(home, { ...configuration, ...(name ? { runName: name } : {}) });
    },
  };
}

/** What debugpy knows of a configuration. */
function optionsOf({ name, justMyCode, subProcess, pathMappings, rules }: vscode.DebugConfiguration) {
  const given = { justMyCode, pathMappings, rules };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { name, type: 'python', subProcess: subProcess !== false, ...Object.fromEntries(known) };
}
