import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { RunDetails } from '../../src/contract/run.ts';
import type { WindowParts } from '../../src/extension.ts';
import { becomes } from '../support/becomes.ts';
import { until } from '../support/until.ts';
import {
  activate,
  answering,
  complaints,
  type Reference,
  rows,
  tryToStart,
  untilRow,
  workspaceFolder,
} from './support/window.ts';

const file = (...path: string[]) => join(workspaceFolder(), ...path);

/** The newest run, once it has ended. */
async function ended(window: WindowParts, known: ReadonlySet<string>): Promise<Shown> {
  const row = await until(
    'a new run that has ended',
    async () => (await rows(window)).find(({ run }) => run && !known.has(run.id) && run.status !== 'running'),
    60,
  );
  const extension = vscode.extensions.getExtension('trainyard.trainyard')?.extensionPath ?? '';
  const cli = [join(extension, 'bin', 'trainyard.js'), 'show', row.run?.id ?? '', '--json'];
  return JSON.parse(execFileSync(process.execPath, cli, { cwd: workspaceFolder(), encoding: 'utf8' })) as Shown;
}

type Shown = Pick<
  RunDetails,
  'id' | 'name' | 'experiment' | 'status' | 'exitCode' | 'command' | 'packages' | 'tags'
> & {
  params: Record<string, unknown>;
  metrics: Record<string, { last: number; count: number } | undefined>;
  warnings: string[];
  interpreter: string;
  directory: string;
};

const ids = async (window: WindowParts) => new Set((await rows(window)).flatMap(({ run }) => (run ? [run.id] : [])));

describe('a task', function () {
  this.timeout(120_000);
  let window: WindowParts;

  before(async () => {
    window = await activate();
  });

  const runTask = async (definition: Record<string, unknown>) => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const [offered] = await vscode.tasks.fetchTasks({ type: 'trainyard' });
    assert.ok(offered?.execution);
    const task = new vscode.Task(
      { type: 'trainyard', ...definition },
      folder,
      'a task',
      'trainyard',
      offered.execution,
    );
    const known = await ids(window);
    const end = new Promise<number | undefined>((resolve) => {
      const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name !== 'a task') return;
        listening.dispose();
        resolve(exitCode);
      });
    });
    const execution = await vscode.tasks.executeTask(task);
    return { known, end, execution };
  };

  it('is offered for each script that can be run', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'trainyard' });
    const offered = tasks.map(({ definition }) => definition.script);
    assert.ok(offered.includes('train.py') && offered.includes('sums.py'), offered.join());
  });

  it('starts a run with all that it says, and ends with its exit code', async () => {
    const fields = { args: ['--steps', '3'], name: 'by a task', experiment: 'tasks', tags: { kind: 'task' } };
    const { result, said } = await answering(
      () => undefined,
      async () => {
        const { known, end } = await runTask({ script: 'sums.py', ...fields, env: { FROM_TASK: 'yes' } });
        return { known, code: await end };
      },
    );
    assert.equal(result.code, 0, said.map(({ text }) => text).join());
    const { known } = result;
    const shown = await ended(window, known);
    assert.deepEqual([shown.name, shown.experiment, shown.status], ['by a task', 'tasks', 'finished']);
    assert.equal(shown.params.steps, 3);
    assert.equal(shown.metrics.total?.last, 3);
    assert.deepEqual(shown.tags, { kind: 'task' });
    const record = JSON.parse(readFileSync(join(shown.directory, 'run.json'), 'utf8')) as { env: object };
    assert.deepEqual(record.env, { FROM_TASK: 'yes' });
  });

  it('that fails ends with its code, and puts the place into the problems', async () => {
    const { end } = await runTask({ script: 'fails.py' });
    assert.equal(await end, 1);
    const found = await until('the problem', () => {
      const problems = vscode.languages.getDiagnostics(vscode.Uri.file(file('fails.py')));
      return problems.find(({ message }) => message.startsWith('ValueError'));
    });
    assert.equal(found.range.start.line, 4);
  });

  it('whose terminal is closed leaves its run, and offers to stop it', async () => {
    const { result: known, said } = await answering(
      ({ buttons }) => buttons.find((button) => button === 'Stop Run'),
      async () => {
        const started = await runTask({ script: 'endless.py' });
        await until('it runs', async () =>
          (await rows(window)).some(({ run }) => run && !started.known.has(run.id) && run.metric !== null),
        );
        started.execution.terminate();
        await until('it was stopped', async () =>
          (await rows(window)).some(({ run }) => run && !started.known.has(run.id) && run.status === 'stopped'),
        );
        return started.known;
      },
    );
    assert.match(said.map(({ text }) => text).join(), /goes on without its terminal/);
    assert.equal((await ended(window, known)).status, 'stopped');
  });

  it('that names nothing to run says so', async () => {
    const said = await complaints(async () => {
      const { end } = await runTask({ args: [] });
      assert.equal(await end, 1);
    });
    assert.match(said[0] ?? '', /Nothing is named.*script/s);
  });
});

describe('a debugged run', function () {
  this.timeout(150_000);
  let window: WindowParts;
  /** The names of those that have begun and not ended. */
  const sessions = new Set<string>();
  const listening = [
    vscode.debug.onDidStartDebugSession(({ id, name }) => sessions.add(`${name} ${id}`)),
    vscode.debug.onDidTerminateDebugSession(({ id, name }) => sessions.delete(`${name} ${id}`)),
  ];

  before(async () => {
    window = await activate();
  });

  after(() => {
    for (const one of listening) one.dispose();
  });

  afterEach(() => {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  });

  const stopped = () =>
    until(
      'it stands at a breakpoint',
      () => vscode.debug.activeStackItem instanceof vscode.DebugStackFrame && vscode.debug.activeStackItem,
      60,
    );
  const sessionEnd = () =>
    new Promise<void>((resolve) => {
      const listening = vscode.debug.onDidTerminateDebugSession(() => {
        listening.dispose();
        resolve();
      });
    });
  const breakAt = (line: number, condition?: string, script = 'sums.py') => {
    const place = new vscode.Location(vscode.Uri.file(file(script)), new vscode.Position(line - 1, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place, true, condition)]);
  };
  const debug = async (more: Record<string, unknown> = {}) => {
    const known = await ids(window);
    const configuration = { type: 'trainyard', request: 'launch', name: 'debug', script: 'sums.py', ...more };
    const begun = await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], configuration);
    return { known, begun };
  };

  it('stops at a breakpoint, shows values, and is tracked like any other', async () => {
    breakAt(9, 'step == 2');
    const over = sessionEnd();
    const { known, begun } = await debug({ args: ['--seed', '10'], runName: 'debugged' });
    assert.ok(begun);
    const { session, frameId, threadId } = await stopped();
    const { result } = await session.customRequest('evaluate', { expression: 'total', frameId, context: 'watch' });
    assert.equal(result, '11');
    const { stackFrames } = await session.customRequest('stackTrace', { threadId });
    assert.deepEqual(
      stackFrames.map(({ name, line }: { name: string; line: number }) => [name, line]),
      [
        ['add', 9],
        ['<module>', 20],
      ],
    );
    await session.customRequest('continue', { threadId });
    await over;
    const shown = await ended(window, known);
    assert.deepEqual([shown.name, shown.status, shown.exitCode], ['debugged', 'finished', 0]);
    assert.deepEqual(shown.params, { steps: 4, seed: 10 });
    assert.deepEqual([shown.metrics.total?.last, shown.metrics.total?.count], [16, 4]);
    assert.deepEqual(shown.command.slice(1), ['sums.py', '--seed', '10']);
    assert.ok(!Object.keys(shown.packages).some((name) => /debugpy|pydevd/.test(name)));
    assert.match(shown.warnings.join(), /^The run was debugged/);
    assert.equal(readFileSync(join(shown.directory, 'stdout.log'), 'utf8'), 'the sum is 16\n');
    assert.equal(readFileSync(join(shown.directory, 'stderr.log'), 'utf8'), '');
  });

  it('stops in a process that its script starts', async () => {
    breakAt(10, undefined, 'spawns.py');
    const { known } = await debug({ script: 'spawns.py' });
    const { session, frameId, threadId } = await stopped();
    const { result } = await session.customRequest('evaluate', { expression: 'total', frameId, context: 'watch' });
    assert.equal(result, '6');
    await session.customRequest('continue', { threadId });
    const shown = await ended(window, known);
    assert.deepEqual([shown.status, shown.metrics.started?.count], ['finished', 1]);
    assert.equal(readFileSync(join(shown.directory, 'stdout.log'), 'utf8'), 'the sum is 6\n');
    // Which one VS Code calls the active one may lag behind.
    await becomes(() => [...sessions], []);
  });

  it('that is stopped while it stands at a breakpoint is a stopped run', async () => {
    breakAt(9);
    const { known } = await debug();
    const { session } = await stopped();
    await vscode.debug.stopDebugging(session);
    assert.equal((await ended(window, known)).status, 'stopped');
  });

  it('is not begun where its script is missing, and says why', async () => {
    const known = await ids(window);
    const said = await complaints(() => debug({ script: 'missing.py' }));
    assert.deepEqual([...(await ids(window))], [...known]);
    assert.match(said.join(), /missing\.py/);
  });
});

describe('the interpreter', () => {
  let window: WindowParts;
  const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

  before(async () => {
    window = await activate();
  });

  const choose = (path: string | undefined, setting = 'python') =>
    vscode.workspace.getConfiguration('fixture').update(setting, path, vscode.ConfigurationTarget.Workspace);

  afterEach(async () => {
    await choose(undefined);
    await choose(undefined, 'environment');
    rmSync(file('chosen'), { recursive: true, force: true });
  });

  const environment = (python: string) => {
    mkdirSync(dirname(python), { recursive: true });
    writeFileSync(join(dirname(dirname(python)), 'pyvenv.cfg'), `home = ${dirname(real)}\n`);
    return python;
  };

  it('is the one that the Python extension has chosen', async () => {
    const python = environment(file('chosen', 'bin', 'python'));
    symlinkSync(real, python);
    await choose(python);
    const known = await ids(window);
    const reference = (await tryToStart('sums.py')) as Reference;
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    assert.equal((await ended(window, known)).interpreter, python);
  });

  it('is the one of the newer extension, where both have chosen', async () => {
    const [older, newer] = [
      environment(file('chosen', 'older', 'bin', 'python')),
      file('chosen', 'newer', 'bin', 'python'),
    ];
    environment(newer);
    for (const python of [older, newer]) symlinkSync(real, python);
    await choose(older);
    await choose(newer, 'environment');
    const known = await ids(window);
    await tryToStart('sums.py');
    assert.equal((await ended(window, known)).interpreter, newer);
  });

  it('is said to be broken where that one is', async () => {
    const python = environment(file('chosen', 'bin', 'python'));
    symlinkSync('/nowhere/python3.11', python);
    await choose(python);
    const said = await complaints(() => tryToStart('sums.py'));
    assert.match(said[0] ?? '', /chosen.*link to \/nowhere\/python3\.11.*Recreate/s);
  });
});
