import { execFile } from 'node:child_process';
import process from 'node:process';
import { systemCode } from '../base/fault.ts';
import { cleanEnvironment } from './clean-environment.ts';

export interface GitOptions {
  environment?: Record<string, string>;
  /** What it reads on its standard input. */
  input?: string;
}

/** Runs one git command and answers its standard output. Throws git's own words where it fails. */
export type Git = (args: string[], options?: GitOptions) => Promise<string>;

/** What must not depend on a person's or a repository's settings, and must start nothing that `git status` would not. */
const settings = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=true',
  'core.splitIndex=false',
  'core.untrackedCache=keep',
  'core.safecrlf=false',
  'diff.suppressBlankEmpty=false',
  'diff.ignoreSubmodules=none',
  'index.threads=true',
].flatMap((setting) => ['-c', setting]);

/** No locks, no network, no questions, and messages in one language. */
const quiet = { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };

export function openGit(folder: string, signal: AbortSignal): Git {
  return (args, { environment = {}, input = '' } = {}) =>
    new Promise((resolve, reject) => {
      const options = {
        cwd: folder,
        env: { ...inherited(), ...quiet, ...environment },
        maxBuffer: Number.POSITIVE_INFINITY,
        windowsHide: true,
        signal,
      };
      const child = execFile('git', [...settings, ...args], options, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const words = stderr.trim() || stdout.trim();
        reject(words === '' || signal.aborted ? error : new Error(words, { cause: error }));
      });
      // A git that ends without having read it all says why by its exit code.
      child.stdin?.on('error', (error) => {
        if (systemCode(error) !== 'EPIPE' && systemCode(error) !== 'EOF') reject(error);
      });
      child.stdin?.end(input);
    });
}

/** A repository named by the environment, as inside a hook, is not the one that the run is about. */
function inherited(): NodeJS.ProcessEnv {
  const guarded = /^(GIT_.*|EDITOR|VISUAL|PAGER|SSH_ASKPASS|PREFIX)$/i;
  return Object.fromEntries(Object.entries(cleanEnvironment(process.env)).filter(([name]) => !guarded.test(name)));
}
