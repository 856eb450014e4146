import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { causeText } from './fault.ts';
import { lookAt, readIfThere, writeWhole } from './files.ts';
import { parseJson } from './json.ts';
import { userFolder } from './user-folder.ts';

/** One installed distribution, with its `direct_url.json` (PEP 610) where it came from elsewhere than an index. */
export interface Installed {
  name: string;
  version: string;
  source: DirectUrl | null;
}

export interface DirectUrl {
  url: string;
  subdirectory?: string;
  vcs_info?: { vcs?: string; commit_id?: string };
  archive_info?: { hash?: string; hashes?: Record<string, string> };
  dir_info?: { editable?: boolean };
}

/** What python/_trainyard/installed.py answers. */
export interface InstalledAnswer {
  python: string;
  implementation: string;
  executable: string;
  prefix: string;
  basePrefix: string;
  conda: boolean;
  /** Where modules are looked for. */
  places: string[];
  /** What changes when something is installed. */
  watched: string[];
  packages: Installed[];
}

export interface AskInstalled {
  python: string;
  cwd: string;
  /** The script's own, with nothing of ours in it. */
  environment: NodeJS.ProcessEnv;
  /** The folder with `python/`. */
  tools: string;
}

const patience = 30_000;
const longestAnswer = 32 << 20;
/** Beside a training, it gives way to it. */
const politeness = 10;

/**
 * What is installed for an interpreter: kept in the user folder until anything changes that the answer depends on, else asked by
 * starting the interpreter once. Rejected with what it says where it does not answer.
 */
export async function askInstalled(question: AskInstalled): Promise<InstalledAnswer> {
  const { python, environment } = question;
  const choosing = [
    'PYTHONPATH',
    'PYTHONHOME',
    'PYTHONUSERBASE',
    'PYTHONNOUSERSITE',
    'HOME',
    'CONDA_PREFIX',
    'VIRTUAL_ENV',
  ];
  const key = JSON.stringify([python, question.cwd, choosing.map((name) => environment[name] ?? null)]);
  const file = join(userFolder(), 'installed', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  const kept = parseJson(readIfThere(file)?.toString('utf8') ?? 'null') as {
    basis: string;
    answer: InstalledAnswer;
  } | null;
  if (kept && kept.basis === basisOf(python, kept.answer)) return kept.answer;
  const answer = parseAnswer(await ask(question));
  writeWhole(file, JSON.stringify({ basis: basisOf(python, answer), answer }), 0o600);
  return answer;
}

/** An installer that adds, replaces or removes a distribution changes the folder that it is in. */
function basisOf(python: string, { watched, prefix }: InstalledAnswer): string {
  const looks = [python, join(prefix, 'pyvenv.cfg'), ...watched].map((path) => {
    const found = lookAt(path);
    return found ? [found.mtimeMs, found.ctimeMs, found.size] : null;
  });
  return JSON.stringify(looks);
}

function ask({ python, cwd, environment, tools }: AskInstalled): Promise<string> {
  const source = readFileSync(join(tools, 'python', '_trainyard', 'installed.py'), 'utf8');
  const options = {
    encoding: 'utf8',
    timeout: patience,
    maxBuffer: longestAnswer,
    windowsHide: true,
    cwd,
    env: environment,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(python, ['-c', source], options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().split('\n').at(-1) || causeText(error)));
      else resolve(stdout);
    });
    if (child.pid !== undefined) giveWay(child.pid);
  });
}

/** It may have ended already, which is as good. */
function giveWay(pid: number): void {
  try {
    setPriority(pid, politeness);
  } catch {
    return;
  }
}

function parseAnswer(text: string): InstalledAnswer {
  const answer = parseJson(text) as InstalledAnswer | undefined;
  if (!answer || !Array.isArray(answer.packages) || !Array.isArray(answer.watched)) {
    throw new Error('the interpreter does not say what is installed');
  }
  return answer;
}
