import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import process, { platform } from 'node:process';
import { controlPath } from '../../../src/base/control-socket.ts';
import { identify, isAlive, liveness, processStart } from '../../../src/base/process-identity.ts';
import { listProcesses, parsePs } from '../../../src/base/process-list.ts';
import { followTree } from '../../../src/base/process-tree.ts';
import { until } from '../../support/until.ts';

describe('processes', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  const start = (program: string, ...args: string[]) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };

  it('are told apart by more than their number', async () => {
    const child = start('sleep', '600');
    const identity = identify(child.pid);
    assert.equal(identity.host, hostname());
    assert.ok(isAlive(identity));
    assert.ok(isAlive(identify()));
    assert.equal(liveness({ ...identity, procStart: '1' }), 'dead');
    assert.equal(liveness({ ...identity, boot: 'another' }), 'dead');
    assert.equal(liveness({ ...identity, host: 'another' }), 'elsewhere');
    assert.equal(liveness({ ...identity, procStart: null }), 'alive');
    assert.equal(liveness({ ...identity, pidNamespace: undefined }), 'alive');
    const container = platform === 'linux' ? 'elsewhere' : 'alive';
    assert.equal(liveness({ ...identity, pidNamespace: 'pid:[1]' }), container);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(liveness(identity), 'dead');
    assert.equal(processStart(identity.pid), null);
  });

  it('that have ended are dead, though their parent has not yet asked how', async () => {
    const forks = 'import os, time\npid = os.fork() or os._exit(0)\nprint(pid, flush=True)\ntime.sleep(600)';
    const parent = start('python3', '-c', forks);
    const [line] = (await once(parent.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await until('it has ended', async () => (await listProcesses()).find((info) => info.pid === pid)?.zombie);
    assert.equal(liveness({ ...identify(), pid, procStart: null }), 'dead');
  });

  it('are listed with parent, group, times and memory', async () => {
    const child = start('sleep', '600');
    const found = (await listProcesses()).find((info) => info.pid === child.pid);
    assert.equal(found?.parent, process.pid);
    assert.equal(found?.start, processStart(child.pid as number));
    const own = (await listProcesses()).find((info) => info.pid === process.pid);
    assert.ok((own?.memoryBytes ?? 0) > 10 << 20);
    const cpu = process.cpuUsage();
    assert.ok(Math.abs((own?.cpuSeconds ?? 0) - (cpu.user + cpu.system) / 1e6) < 0.2);
  });

  it('are read from what ps prints on other systems', () => {
    const text =
      '    1     0     1    0   0:03.20  11360 Ss   Mon Nov  3 09:14:02 2025\n 77 1 77 0 1-02:03:04 512 Z Tue Nov  4 10:00:00 2025\n\n';
    assert.deepEqual(parsePs(text), [
      {
        pid: 1,
        parent: 0,
        group: 1,
        session: 0,
        start: 'Mon Nov 3 09:14:02 2025',
        cpuSeconds: 3.2,
        childCpuSeconds: 0,
        memoryBytes: 11360 * 1024,
        zombie: false,
      },
      {
        pid: 77,
        parent: 1,
        group: 77,
        session: 0,
        start: 'Tue Nov 4 10:00:00 2025',
        cpuSeconds: 93_784,
        childCpuSeconds: 0,
        memoryBytes: 512 * 1024,
        zombie: true,
      },
    ]);
  });

  it('form a tree that also holds who has left it', async () => {
    const script =
      'import os,sys,time\nif os.fork()==0:\n os.setsid()\n if os.fork()==0:\n  print(os.getpid(),flush=True); time.sleep(600)\n os._exit(0)\nos.wait()\ntime.sleep(600)';
    const marked = spawn('python3', ['-c', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TREE: 'this' },
    });
    children.push(marked);
    const [line] = (await once(marked.stdout, 'data')) as [Buffer];
    const left = Number(line.toString());
    const root = identify(marked.pid);
    const pids = async (look: Promise<{ pid: number }[]>) => (await look).map(({ pid }) => pid).sort();
    const both = [root.pid, left].sort();
    if (platform === 'linux') {
      const tree = followTree(root.pid, root.procStart, { mark: 'TREE=this' });
      assert.deepEqual(await pids(tree.look()), [root.pid]);
      assert.deepEqual(await pids(tree.search()), both);
      assert.deepEqual(await pids(tree.look()), both);
      marked.kill('SIGKILL');
      await once(marked, 'exit');
      assert.deepEqual(await pids(tree.look()), [left]);
      assert.deepEqual(await pids(followTree(root.pid, root.procStart).search()), []);
    }
    process.kill(left, 'SIGKILL');
  });

  it('that are strangers with the same number are not taken for the tree', async () => {
    const stranger = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    children.push(stranger);
    const tree = followTree(stranger.pid as number, 'another start');
    assert.deepEqual(await tree.search(), []);
    assert.deepEqual(await tree.look(), []);
  });

  it('are asked through a socket with a short path', () => {
    if (platform !== 'win32') assert.ok(Buffer.byteLength(controlPath('01234567-89ab-7cde-8f01-23456789abcd')) < 104);
    assert.notEqual(controlPath('a-1'), controlPath('a-2'));
  });
});
