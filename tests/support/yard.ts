import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { isAlive } from '../../src/base/process-identity.ts';
import type { LaunchRequest } from '../../src/contract/api.ts';
import type { SupervisorRecord } from '../../src/contract/supervisor-record.ts';
import { type Launched, launch } from '../../src/tracking/index.ts';
import { runProcesses } from '../../src/tracking/run-processes.ts';
import { readSupervisorRecords } from '../../src/tracking/supervisor-file.ts';
import { until } from './until.ts';

export type ExitRecord = SupervisorRecord & { kind: 'exit' };

/** A folder of its own for one test, with a user folder of its own, in which runs are launched by this very process. */
export interface Yard {
  folder: string;
  /** Writes a file below the folder; answers its path. */
  file(name: string, ...lines: string[]): string;
  launch(request: Partial<LaunchRequest> & Pick<LaunchRequest, 'target'>): Promise<Launched>;
  /** What is launched from now on is given no more time than it takes to see that a signal was not enough. */
  impatient(): void;
  /** Writes a script and launches it. */
  python(lines: string[], request?: Partial<LaunchRequest>): Promise<Launched>;
  remove(): void;
}

const variables = ['TRAINYARD_HOME', 'TRAINYARD_STOP_GRACE_MS', 'TRAINYARD_STOP_TERM_MS'] as const;

export function yard(): Yard {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-yard-')));
  const folder = join(top, 'project');
  const earlier = variables.map((name) => [name, process.env[name]] as const);
  process.env.TRAINYARD_HOME = join(top, 'home');
  const launched: string[] = [];
  let scripts = 0;
  const here: Yard = {
    folder,
    file(name, ...lines) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    },
    async launch(request) {
      const run = await launch(folder, { folder, origin: 'cli', ...request }, new AbortController().signal);
      launched.push(run.directory);
      return run;
    },
    impatient() {
      process.env.TRAINYARD_STOP_GRACE_MS = '400';
      process.env.TRAINYARD_STOP_TERM_MS = '400';
    },
    python(lines, request = {}) {
      const name = `script${scripts++}.py`;
      here.file(name, ...lines);
      return here.launch({ target: { kind: 'script', path: name }, ...request });
    },
    remove() {
      for (const directory of launched) killWhatIsLeft(directory);
      for (const [name, value] of earlier) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      rmSync(top, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  mkdirSync(folder);
  return here;
}

function killWhatIsLeft(directory: string): void {
  if (!existsSync(directory)) return;
  const { supervisor, keeper, script } = runProcesses(directory);
  for (const identity of [supervisor, keeper, script])
    if (identity && isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
}

/** Waits for a run's exit record. */
export function exitOf(directory: string, seconds = 50): Promise<ExitRecord> {
  return until(
    'the run has ended',
    () => readSupervisorRecords(directory).find((record): record is ExitRecord => record.kind === 'exit'),
    seconds,
  );
}
