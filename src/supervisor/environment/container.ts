import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../../base/files.ts';
import type { Surrounding } from '../../contract/supervisor-record.ts';

/**
 * What the run runs inside of, from the innermost to the outermost as far as it can be seen: a container, a job of a cluster, a
 * hosted notebook, Windows' Linux.
 *
 * @param root where the system's files are, `/` but in tests
 */
export function findSurroundings(environment: Readonly<Record<string, string | undefined>>, root = '/'): Surrounding[] {
  const text = (path: string) => readText(join(root, path));
  const env = (name: string) => environment[name] || null;
  const found: Surrounding[] = [];
  const container = findContainer(environment, root, text);
  if (container) found.push(container);
  if (env('KUBERNETES_SERVICE_HOST')) {
    const namespace = text('var/run/secrets/kubernetes.io/serviceaccount/namespace')?.trim() || null;
    found.push({ kind: 'kubernetes', id: env('HOSTNAME'), image: null, name: namespace });
  }
  if (env('SLURM_JOB_ID')) {
    found.push({ kind: 'slurm', id: env('SLURM_JOB_ID'), image: null, name: env('SLURM_JOB_PARTITION') });
  }
  if (env('COLAB_RELEASE_TAG')) found.push({ kind: 'colab', id: null, image: env('COLAB_RELEASE_TAG'), name: null });
  if (env('KAGGLE_KERNEL_RUN_TYPE')) found.push({ kind: 'kaggle', id: null, image: null, name: null });
  if (env('CODESPACE_NAME')) found.push({ kind: 'codespaces', id: null, image: null, name: env('CODESPACE_NAME') });
  if (/microsoft/i.test(text('proc/version') ?? '')) {
    found.push({ kind: 'wsl', id: null, image: null, name: env('WSL_DISTRO_NAME') });
  }
  return found;
}

function findContainer(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
  text: (path: string) => string | undefined,
): Surrounding | undefined {
  const named = environment.TRAINYARD_IMAGE || null;
  const apptainer = environment.APPTAINER_CONTAINER || environment.SINGULARITY_CONTAINER;
  if (apptainer)
    return { kind: 'apptainer', id: null, image: named ?? apptainer, name: environment.APPTAINER_NAME || null };
  const podman = text('run/.containerenv');
  if (podman !== undefined) {
    const field = (name: string) => new RegExp(`^${name}="?(.*?)"?$`, 'm').exec(podman)?.[1] || null;
    const image = [field('image'), field('imageid')].filter((part) => part !== null).join('@');
    return { kind: 'podman', id: field('id'), image: named ?? (image || null), name: field('name') };
  }
  const groups = `${text('proc/self/cgroup') ?? ''}\n${text('proc/self/mountinfo') ?? ''}`;
  const docker = /\/docker[/-](?:containers\/)?([0-9a-f]{64})/.exec(groups)?.[1];
  if (docker !== undefined || existsSync(join(root, '.dockerenv'))) {
    return { kind: 'docker', id: docker ?? null, image: named, name: null };
  }
  const other = /\/(?:cri-containerd-|crio-|containerd\/|libpod-)([0-9a-f]{64})/.exec(groups)?.[1];
  if (other !== undefined) return { kind: 'container', id: other, image: named, name: null };
  const lxc = /:\/lxc\/([^/\s]+)/.exec(groups)?.[1];
  return lxc === undefined ? undefined : { kind: 'lxc', id: null, image: named, name: lxc };
}

/** Files of the system that may not be read say nothing. */
function readText(path: string): string | undefined {
  try {
    return readIfThere(path)?.toString('utf8');
  } catch {
    return undefined;
  }
}
