import process from 'node:process';
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
  // A folder of the repository may look like a repository without a working tree, with settings of its own.
  'safe.bareRepository=explicit',
  'submodule.recurse=false',
  'core.quotePath=true',
  'core.splitIndex=false',
  'core.untrackedCache=keep',
  'core.safecrlf=false',
  'diff.suppressBlankEmpty=false',
  'diff.ignoreSubmodules=none',
  'index.threads=true',
];

const ownVariables = [
  'GIT_NO_LAZY_FETCH',
  'GIT_ALLOW_PROTOCOL',
  'GIT_TERMINAL_PROMPT',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_OPTIONAL_LOCKS',
  'GIT_CEILING_DIRECTORIES',
];

/** No locks, no network, no questions, and messages in one language. An older git asks a remote for objects that it lacks. */
const quiet = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

/**
 * Runs git in a folder, so that it starts nothing but the filters that the repository's settings name.
 *
 * @param more settings besides
 */
export function openGit(folder: string, signal: AbortSignal, more: string[] = []): Git {
  return async (args, { environment = {}, input } = {}) => {
    const { simpleGit } = await import('simple-git');
    const git = simpleGit({
      baseDir: folder,
      abort: signal,
      allowEnvironment: ownVariables,
      unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true, allowUnsafeFilter: true },
      config: [...settings, ...more],
      ...(input === undefined ? {} : { input: () => input }),
    });
    git.env({ ...inherited(), ...quiet, ...environment });
    git.outputHandler((_command, stdout) => stdout.once('end', () => stdout.emit('data', noBytes)));
    return git.raw(args);
  };
}

/** Settings by which a repository's filters start nothing. Its files then look as they are kept, such as Git LFS's pointers. */
export async function withoutFilters(git: Git): Promise<string[]> {
  const listed = await git(['config', '--name-only', '-z', '--list']);
  const names = new Set(listed.split('\0').map((name) => /^filter\.([\s\S]+)\.\w+$/.exec(name)?.[1]));
  return [...names].flatMap((name) => {
    if (name === undefined) return [];
    if (name.includes('=')) throw new Error(`the repository has a filter called ${name}`);
    return [...['clean', 'smudge', 'process'].map((key) => `filter.${name}.${key}=`), `filter.${name}.required=false`];
  });
}

/** simple-git waits 50 ms for the late output of a command that has printed nothing. After the end of a stream nothing comes. */
const noBytes = Buffer.alloc(0);

/** A repository named by the environment, as inside a hook, is not the one that the run is about. */
function inherited(): NodeJS.ProcessEnv {
  const guarded = /^(GIT_.*|EDITOR|VISUAL|PAGER|SSH_ASKPASS|PREFIX)$/i;
  return Object.fromEntries(Object.entries(cleanEnvironment(process.env)).filter(([name]) => !guarded.test(name)));
}
