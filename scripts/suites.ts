import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { printResult, type ResultLine, writeResult } from '../tests/support/results.ts';
import { say } from './bootstrap.mjs';
import { root } from './build.mjs';
import { quiet } from './npm.mjs';
import { installPythonLibraries, type PythonLibraries } from './python-libraries.ts';

/** Where a suite prints: to the terminal, or to a file that is shown later. */
export interface Output {
  print(line: string): void;
  /** For the processes that it starts. */
  stream: 'inherit' | number;
}

/** A suite writes its results to a file, line by line, and throws where it did not come to a proper end. */
export interface Suite {
  name: string;
  /** It keeps one core busy, and runs beside those that mostly wait for processes. */
  busy?: boolean;
  /** Begun before the first suite runs: what takes long and needs little. */
  prepare?(): Promise<unknown>;
  run(results: string, env: NodeJS.ProcessEnv, output: Output): Promise<void>;
}

const minute = 60_000;
const systemPython = process.platform === 'win32' ? 'python' : 'python3';

export const suites: Suite[] = [
  { name: 'lint', busy: true, run: lint },
  { name: 'unit', run: mocha(['tests/unit/**/*.test.ts'], 20 * minute) },
  {
    name: 'python',
    busy: true,
    run: (results, env, output) => python(results, env, output, 'python', systemPython, 8 * minute),
  },
  { name: 'libraries', busy: true, prepare: pythonLibraries, run: libraries },
  { name: 'vscode', run: extensionHost },
  { name: 'browser', run: mocha(['tests/browser/**/*.test.ts'], 20 * minute, ['tests/support/screenshots.ts']) },
  { name: 'package', run: mocha(['tests/package/**/*.test.ts'], 6 * minute, ['tests/support/screenshots.ts']) },
];

async function lint(results: string, env: NodeJS.ProcessEnv, { print }: Output): Promise<void> {
  const tool = (...path: string[]) => join(root, 'node_modules', ...path);
  const checks = [
    { title: 'Biome finds nothing', args: [tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings'] },
    { title: 'TypeScript finds nothing', args: [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.'] },
    {
      title: 'TypeScript finds nothing in the panels',
      args: [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'webview'],
    },
  ];
  for (const { title, args } of checks) {
    const started = Date.now();
    const { code, output } = await quiet(process.execPath, args, { cwd: root, env });
    if (code === 0) writeResult(results, { event: 'pass', title, milliseconds: Date.now() - started });
    else writeResult(results, { event: 'fail', title, error: output });
    print(code === 0 ? `  ✔ ${title}` : `  ✘ ${title}\n${output}`);
  }
  writeResult(results, { event: 'end' });
}

function mocha(files: string[], deadline: number, required: string[] = []): Suite['run'] {
  return (results, env, { stream }) =>
    runProcess(
      process.execPath,
      [
        join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        ...['--reporter', join(root, 'tests', 'support', 'reporter.ts')],
        ...required.flatMap((name) => ['--require', join(root, name)]),
        ...files,
      ],
      { ...env, TRAINYARD_TEST_RESULTS: results },
      deadline,
      stream,
    );
}

function python(
  results: string,
  env: NodeJS.ProcessEnv,
  { stream }: Output,
  folder: string,
  interpreter: string,
  deadline: number,
): Promise<void> {
  return runProcess(
    interpreter,
    [join(root, 'tests', 'support', 'unittest_results.py'), folder],
    { ...env, TRAINYARD_TEST_RESULTS: results, PYTHONDONTWRITEBYTECODE: '1' },
    deadline,
    stream,
  );
}

let installing: Promise<PythonLibraries> | undefined;

function pythonLibraries(): Promise<PythonLibraries> {
  installing ??= installPythonLibraries(say);
  return installing;
}

/** With libraries that people train with, as far as there are any for this Python. */
async function libraries(results: string, env: NodeJS.ProcessEnv, output: Output): Promise<void> {
  const { python: interpreter, missing } = await pythonLibraries();
  await python(results, { ...env, TRAINYARD_TEST_MISSING: missing }, output, 'libraries', interpreter, 20 * minute);
}

/** Twice: in a trusted window, and in a restricted one. */
async function extensionHost(results: string, env: NodeJS.ProcessEnv, { print }: Output): Promise<void> {
  Object.assign(process.env, env);
  const { runInExtensionHost } = await import('../tests/support/extension-host.ts');
  const tell = (line: ResultLine) => {
    if (line.event !== 'end') writeResult(results, line);
    printResult(line, print);
  };
  for (const trust of [false, true]) {
    const files = trust ? 'tests/vscode/trust/*.test.ts' : 'tests/vscode/*.test.ts';
    print(trust ? 'In a window that is not trusted' : 'In a trusted window');
    await runInExtensionHost({ files, trust, results: `${results}.${trust ? 'restricted' : 'trusted'}` }, tell);
  }
  writeResult(results, { event: 'end' });
}

/** Runs a suite in a process of its own; after the deadline, it and all that it started are killed. */
export function runProcess(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  deadline: number,
  output: Output['stream'] = 'inherit',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const apart = process.platform !== 'win32';
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', output, output], detached: apart });
    const kill = () => {
      if (apart && child.pid) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, deadline);
    // The processes of other suites are killed before that, too.
    const interrupt = () => {
      kill();
      setImmediate(() => process.exit(130));
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      if (error) reject(error);
      else resolve();
    };
    child.on('error', settle);
    child.on('exit', (code, signal) => {
      if (late) settle(new Error(`It was still running after ${deadline / minute} minutes.`));
      else if (code === 0) settle();
      else settle(new Error(signal ? `It was ended by ${signal}.` : `It ended with exit code ${code}.`));
    });
  });
}
