import * as vscode from 'vscode';
import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';

/** An environment that an extension knows. */
export interface KnownPython {
  path: string;
  /** Empty where the extension does not say. */
  version: string;
  /** What a person calls it; empty where it has no name. */
  name: string;
}

/** What other extensions know of Python. Nothing where none is installed. */
export interface PythonExtension {
  /** The interpreter that is chosen for a folder. */
  chosen(folder: string): Promise<KnownPython | undefined>;
  all(): Promise<KnownPython[]>;
}

/** The part of `ms-python.vscode-python-envs` that is used. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri): Promise<Environment | undefined>;
  getEnvironments(scope: 'all'): Promise<Environment[]>;
}

interface Environment {
  displayName?: string;
  version?: string;
  execInfo?: { run?: { executable?: string } };
}

/** The part of `ms-python.python` that is used. */
interface PythonApi {
  environments: {
    known: readonly ResolvedEnvironment[];
    getActiveEnvironmentPath(resource: vscode.Uri): { id: string; path: string };
    resolveEnvironment(environment: { id: string; path: string }): Promise<ResolvedEnvironment | undefined>;
  };
}

interface ResolvedEnvironment {
  executable?: { uri?: vscode.Uri };
  environment?: { name?: string };
  version?: { major?: number; minor?: number; micro?: number };
}

/** How long an extension may take, in milliseconds: a training does not wait for it for ever. */
const patience = 15_000;

export function pythonExtension(log: Log): PythonExtension {
  const ask = async <Answer>(id: string, question: (api: unknown) => Promise<Answer>): Promise<Answer | undefined> => {
    const extension = vscode.extensions.getExtension(id);
    if (!extension) return undefined;
    try {
      return await within(async () => question(await extension.activate()));
    } catch (error) {
      log('warn', 'an extension did not say which Python there is', { extension: id, error: causeText(error) });
      return undefined;
    }
  };
  const first = async <Answer>(
    newer: (api: EnvironmentsApi) => Promise<Answer>,
    older: (api: PythonApi) => Promise<Answer>,
  ): Promise<Answer | undefined> =>
    (await ask('ms-python.vscode-python-envs', (api) => newer(api as EnvironmentsApi))) ??
    (await ask('ms-python.python', (api) => older(api as PythonApi)));

  return {
    chosen: (folder) => {
      const uri = vscode.Uri.file(folder);
      return first(
        async (api) => fromEnvironment(await api.getEnvironment(uri)),
        async ({ environments }) =>
          fromResolved(await environments.resolveEnvironment(environments.getActiveEnvironmentPath(uri))),
      );
    },
    async all() {
      const found = await first(
        async (api) => (await api.getEnvironments('all')).map(fromEnvironment),
        async ({ environments }) => environments.known.map(fromResolved),
      );
      return (found ?? []).filter((one) => one !== undefined);
    },
  };
}

function fromEnvironment(environment: Environment | undefined): KnownPython | undefined {
  const path = environment?.execInfo?.run?.executable;
  return path ? { path, version: environment?.version ?? '', name: environment?.displayName ?? '' } : undefined;
}

function fromResolved(environment: ResolvedEnvironment | undefined): KnownPython | undefined {
  const path = environment?.executable?.uri?.fsPath;
  if (!path) return undefined;
  const { major, minor, micro } = environment?.version ?? {};
  const version = [major, minor, micro].filter((part) => part !== undefined).join('.');
  return { path, version, name: environment?.environment?.name ?? '' };
}

function within<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer after ${patience / 1000} seconds`)), patience);
    question()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
