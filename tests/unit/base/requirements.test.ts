import assert from 'node:assert/strict';
import type { Installed } from '../../../src/base/installed-packages.ts';
import { localFolder, lockedPackages, requirementLines, requirementsText } from '../../../src/base/requirements.ts';

const plain = (name: string, version: string): Installed => ({ name, version, source: null });

describe('the lock of an environment', () => {
  it('has one line for each package, in an order of its own', () => {
    const text = requirementsText('head', [plain('numpy', '2.0.0'), plain('Click', '8.1.7'), plain('a_b', '1')], []);
    assert.equal(text, '# head\na_b==1\nClick==8.1.7\nnumpy==2.0.0\n');
  });

  it('differs in one line where one package was bumped', () => {
    const packages = Array.from({ length: 50 }, (_, index) => plain(`p${index}`, '1.0'));
    const lines = (list: Installed[]) => requirementsText('head', list, []).split('\n');
    const before = lines(packages);
    const after = lines(packages.map((item) => (item.name === 'p7' ? plain('p7', '1.1') : item)).reverse());
    assert.deepEqual(
      after.filter((line) => !before.includes(line)),
      ['p7==1.1'],
    );
    assert.deepEqual(
      before.filter((line) => !after.includes(line)),
      ['p7==1.0'],
    );
  });

  it('names commits and archives, hides passwords, and comments what cannot be had from elsewhere', () => {
    const packages: Installed[] = [
      {
        name: 'fromgit',
        version: '1.0',
        source: {
          url: 'https://ada:pw@git.example/x.git',
          vcs_info: { vcs: 'git', commit_id: 'abc' },
          subdirectory: 'py',
        },
      },
      {
        name: 'wheel-from-web',
        version: '2.0',
        source: { url: 'https://files.example/w.whl', archive_info: { hashes: { sha256: 'ff' } } },
      },
      { name: 'wheel-from-disk', version: '3.0+cpu', source: { url: 'file:///w/x.whl', archive_info: {} } },
      { name: 'mine', version: '0.1', source: { url: 'file:///work/mine', dir_info: { editable: true } } },
      plain('pip', '24.0'),
      plain('python-apt', '2.6.0-debian+x'),
    ];
    const local = { commit: 'def', remote: 'git@host:mine', dirty: true };
    const locals = [{ name: 'mine', version: '0.1', path: '/work/mine', editable: true, ...local }];
    assert.deepEqual(requirementsText('head', packages, locals).trimEnd().split('\n').slice(1), [
      'fromgit @ git+https://git.example/x.git@abc#subdirectory=py',
      '# mine==0.1 (editable, /work/mine at def with changes of git@host:mine)',
      '# pip==24.0 (an installer)',
      '# python-apt==2.6.0-debian+x (not a version that installers know)',
      'wheel-from-disk==3.0+cpu',
      'wheel-from-web @ https://files.example/w.whl#sha256=ff',
    ]);
    const text = requirementsText('head', packages, locals);
    assert.equal(requirementLines(text).length, 3);
    assert.equal(lockedPackages(text).pip, '24.0 (an installer)');
    assert.equal(lockedPackages(text)['wheel-from-disk'], '3.0+cpu');
    assert.deepEqual(packages.map(localFolder).filter(Boolean), [{ path: '/work/mine', editable: true }]);
  });
});
