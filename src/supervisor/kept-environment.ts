import { maskVariables } from '../contract/secrets.ts';

/** What goes through a shell as it is, and what is put in place after it. */
export interface KeptEnvironment {
  shell: NodeJS.ProcessEnv;
  /** Arguments for `env`. */
  late: string[];
}

/** Variables that a shell makes, changes or follows, or that the system takes away from one; and what marks the run's processes. */
const special =
  /^(_|A__z|_AST_FEATURES|LOGNAME|PWD|OLDPWD|SHLVL|IFS|PS\d|PPID|E?UID|E?GID|GROUPS|USERNAME|LINENO|RANDOM|SECONDS|EPOCH\w*|SRANDOM|OPT(IND|ARG|ERR)|SHELLOPTS|BASH\w*|KSH\w*|ZSH\w*|FUNC\w*|DIRSTACK|PIPESTATUS|CDPATH|ENV|FPATH|MAIL\w*|HIST\w*|COLUMNS|LINES|POSIX\w*|LD_\w*|DYLD_\w*|TRAINYARD_\w*|trainyard_\w*)$/;
const identifier = /^[A-Za-z_]\w*$/;
/** What shells add where it is missing. */
const added = ['_', 'A__z', '_AST_FEATURES', 'LOGNAME', 'PWD', 'OLDPWD', 'SHLVL'];

/**
 * Takes an environment apart, so that what comes out of a shell and `env` is the same again, name by name.
 *
 * @returns undefined where a secret would have to stand among the arguments, which everybody on the machine can read
 */
export function keptEnvironment(environment: NodeJS.ProcessEnv): KeptEnvironment | undefined {
  const shell: NodeJS.ProcessEnv = {};
  const rest: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    if (identifier.test(name) && !special.test(name)) shell[name] = value;
    else rest[name] = value;
  }
  if (maskVariables(rest).found.length > 0) return undefined;
  const late = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  const missing = added.filter((name) => environment[name] === undefined).flatMap((name) => ['-u', name]);
  return { shell, late: [...missing, '--', ...late] };
}
