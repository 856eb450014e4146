import assert from 'node:assert/strict';
import { type Machine, survivalWarnings } from '../../../src/tracking/session-survival.ts';

describe('the warning that the system may end a run', () => {
  const when = (
    files: Record<string, string>,
    environment: NodeJS.ProcessEnv = {},
    platform: Machine['platform'] = 'linux',
  ) => {
    const machine: Machine = {
      platform,
      environment,
      read: (path) => files[path] ?? '',
      list: (folder) =>
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1)),
    };
    return survivalWarnings(machine).map(({ params }) => params.when);
  };
  const login = '0::/user.slice/user-1000.slice/session-3.scope\n';
  const main = '/etc/systemd/logind.conf';

  it('comes under WSL and in a container that ends with its window', () => {
    assert.deepEqual(when({ '/proc/version': 'Linux version 5.15.90.1-microsoft-standard-WSL2' }), [
      'the last WSL window is closed',
    ]);
    assert.deepEqual(when({}, { REMOTE_CONTAINERS: 'true' }, 'darwin'), ['the container is stopped with its window']);
  });

  it('comes where a logout ends the processes of a login', () => {
    const kills = '[Login]\n#KillUserProcesses=no\nKillUserProcesses=yes\n';
    assert.deepEqual(when({ '/proc/self/cgroup': login, [main]: kills }), ['you log out']);
    assert.deepEqual(when({ '/proc/self/cgroup': '0::/system.slice/x.service\n', [main]: kills }), []);
    const spared = {
      '/proc/self/cgroup': login,
      [main]: kills,
      '/etc/systemd/logind.conf.d/a.conf': 'KillUserProcesses=no',
    };
    assert.deepEqual(when(spared), []);
  });

  it('does not come elsewhere', () => {
    assert.deepEqual(
      when({ '/proc/self/cgroup': login, [main]: '#KillUserProcesses=yes\n', '/proc/version': 'Linux version 6.1' }),
      [],
    );
    assert.deepEqual(when({}, {}, 'win32'), []);
  });
});
