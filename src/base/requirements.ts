import { fileURLToPath } from 'node:url';
import type { DirectUrl, Installed } from './installed-packages.ts';

/** A distribution that was installed from a folder of this machine. */
export interface LocalPackage {
  name: string;
  version: string;
  /** Absolute. */
  path: string;
  editable: boolean;
  /** Where the folder is in a git repository. */
  commit: string | null;
  /** The commit can be had from here. */
  remote: string | null;
  dirty: boolean;
}

/** Distributions that install others: an environment has its own. */
const installers = new Set(['pip', 'uv', 'distribute', 'pkg-resources']);
/** PEP 440, as far as an installer must understand it; what Debian calls a version may be none. */
const version440 =
  /^v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?$/i;

/**
 * The requirements file that gives the same packages again, for pip and uv: one line each, in order. What no installer can get
 * from elsewhere is a comment.
 */
export function requirementsText(head: string, packages: Installed[], locals: LocalPackage[]): string {
  const lines = [...packages]
    .sort((a, b) => (normal(a.name) < normal(b.name) ? -1 : 1))
    .map((item) =>
      requirement(
        item,
        locals.find(({ name }) => name === item.name),
      ),
    );
  return `${[`# ${head}`, ...lines].join('\n')}\n`;
}

function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function requirement({ name, version, source }: Installed, local: LocalPackage | undefined): string {
  const exact = `${name}==${version}`;
  if (installers.has(normal(name))) return `# ${exact} (an installer)`;
  if (local) return localRequirement(exact, local);
  const url = source && withoutPassword(source.url);
  if (url && source.vcs_info?.commit_id) {
    const part = source.subdirectory ? `#subdirectory=${source.subdirectory}` : '';
    return `${name} @ ${source.vcs_info.vcs ?? 'git'}+${url}@${source.vcs_info.commit_id}${part}`;
  }
  if (url && /^https?:/.test(url)) return `${name} @ ${url}${archiveHash(source)}`;
  if (!version440.test(version)) return `# ${exact} (not a version that installers know)`;
  return exact;
}

/** A password or a token in an address belongs to whoever installed it. */
function withoutPassword(url: string): string {
  return url.replace(/(https?:\/\/)[^/@\s]*@/, '$1').replace(/(\/\/[^/@:\s]*):[^/@\s]*@/, '$1@');
}

function archiveHash({ archive_info: archive }: DirectUrl): string {
  const sha256 = archive?.hashes?.sha256 ?? /^sha256=(.+)$/.exec(archive?.hash ?? '')?.[1];
  return sha256 ? `#sha256=${sha256}` : '';
}

function localRequirement(exact: string, { path, editable, commit, remote, dirty }: LocalPackage): string {
  const how = editable ? 'editable' : 'a folder';
  const at = commit === null ? '' : ` at ${commit}${dirty ? ' with changes' : ''}`;
  const from = remote === null ? '' : ` of ${withoutPassword(remote)}`;
  return `# ${exact} (${how}, ${path}${at}${from})`;
}

/** The folder that a distribution was installed from; undefined for what came from elsewhere. */
export function localFolder({ source }: Installed): { path: string; editable: boolean } | undefined {
  if (!source?.dir_info || !source.url.startsWith('file:')) return undefined;
  try {
    return { path: fileURLToPath(source.url), editable: source.dir_info.editable === true };
  } catch {
    return undefined;
  }
}

/** The lines of such a file that an installer acts on, in order. */
export function requirementLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** Options, paths, and what pip would take from elsewhere than an index or an address that the line itself shows are none. */
export function isPlainRequirement(line: string): boolean {
  const [, rest = ''] = /^[A-Za-z0-9][\w.-]*(==\S+| @ \S+)$/.exec(line) ?? [];
  return (
    (rest.startsWith('==') && version440.test(rest.slice(2))) ||
    /^ @ ((git|hg|svn|bzr)\+)?(https?|ssh|git):\/\/\S+$/.test(rest)
  );
}

/** All that a lock names with what it says of it, comments too, by name. */
export function lockedPackages(text: string): Record<string, string> {
  const lines = text.split('\n').slice(1);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, rest] = /^(?:# )?([A-Za-z0-9][\w.-]*)(?:==| @ )(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, rest as string]];
    }),
  );
}
