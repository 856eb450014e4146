import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findSurroundings } from '../../../../src/supervisor/environment/container.ts';

const id = '0123456789abcdef'.repeat(4);

describe('what a run runs inside of', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'trainyard-container-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const file = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const find = (environment: Record<string, string> = {}) => findSurroundings(environment, root);

  it('is nothing on a plain machine', () => {
    file('proc/version', 'Linux version 6.1.0-13-amd64');
    file('proc/self/cgroup', '0::/user.slice/user-1000.slice/session-2.scope\n');
    assert.deepEqual(find({ HOSTNAME: 'box' }), []);
  });

  it('is docker, of either generation of control groups', () => {
    file(
      'proc/self/mountinfo',
      `614 598 254:1 /docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/vda1 rw\n`,
    );
    assert.deepEqual(find(), [{ kind: 'docker', id, image: null, name: null }]);
    file('proc/self/mountinfo', '');
    file('proc/self/cgroup', `12:pids:/docker/${id}\n`);
    assert.deepEqual(find({ TRAINYARD_IMAGE: 'x@sha256:1' }), [
      { kind: 'docker', id, image: 'x@sha256:1', name: null },
    ]);
    file('proc/self/cgroup', '0::/\n');
    file('.dockerenv', '');
    assert.deepEqual(find(), [{ kind: 'docker', id: null, image: null, name: null }]);
  });

  it('is podman, which says its image', () => {
    file(
      'run/.containerenv',
      `engine="podman-4.3.1"\nname="train"\nid="${id}"\nimage="docker.io/library/python:3.11"\nimageid="abc"\n`,
    );
    assert.deepEqual(find(), [{ kind: 'podman', id, image: 'docker.io/library/python:3.11@abc', name: 'train' }]);
  });

  it('is a pod, a job, a notebook of others, Windows’ Linux, one in the other', () => {
    file('proc/self/cgroup', `0::/kubepods.slice/cri-containerd-${id}.scope\n`);
    file('var/run/secrets/kubernetes.io/serviceaccount/namespace', 'team\n');
    file('proc/version', 'Linux version 5.15-microsoft-standard-WSL2');
    const environment = { KUBERNETES_SERVICE_HOST: '10.0.0.1', HOSTNAME: 'pod-1', SLURM_JOB_ID: '42' };
    assert.deepEqual(
      find({ ...environment, COLAB_RELEASE_TAG: 'release-1', WSL_DISTRO_NAME: 'Debian' }).map((found) => [
        found.kind,
        found.id,
        found.name,
      ]),
      [
        ['container', id, null],
        ['kubernetes', 'pod-1', 'team'],
        ['slurm', '42', null],
        ['colab', null, null],
        ['wsl', null, 'Debian'],
      ],
    );
    assert.equal(find({ APPTAINER_CONTAINER: '/images/a.sif' })[0]?.image, '/images/a.sif');
  });
});
