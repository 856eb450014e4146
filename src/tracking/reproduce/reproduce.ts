import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../base/process-identity.ts';
import { fault } from '../../contract/errors.ts';
import type { ReproduceProgress, Reproduction } from '../../contract/reproduction.ts';
import type { RunDetails } from '../../contract/run.ts';
import type { Store } from '../../store/index.ts';
import { ingest } from '../ingest.ts';
import { launch } from '../launch.ts';
import type { Launched } from '../prepare-run.ts';
import { runDetails } from '../run-details.ts';
import { runProcesses } from '../run-processes.ts';
import { stopRun } from '../stop.ts';
import { installTools } from '../tools.ts';
import { compareReproduction } from './compare.ts';
import { preparePython } from './prepare-python.ts';
import { putBackInputs } from './put-back-inputs.ts';
import { reproduceRequest } from './request.ts';
import { restoreCode } from './restore-code.ts';

export interface ReproduceOptions {
  origin: 'window' | 'cli';
  /** Whether an environment may be made from the lock where the recorded interpreter is not what it was. */
  build: boolean;
  /** Values of variables that stand for secrets of the run. */
  secrets?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  progress(step: ReproduceProgress): void;
  /** Resolves when the second run has ended; answers false where it was left before. */
  attend(started: Launched): Promise<boolean>;
}

/**
 * Runs a run again from its record in a folder of its own, which is gone afterwards, and compares the two.
 *
 * @throws `run-not-marked`, `secret-missing`, `code-not-recorded`, `code-not-restored`, `folder-too-large`, `cancelled`, and what a
 *   launch throws
 */
export async function reproduce(store: Store, was: RunDetails, options: ReproduceOptions): Promise<Reproduction> {
  const { signal, progress } = options;
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-reproduce-')));
  const folder = join(top, 'code');
  try {
    const request = reproduceRequest(was, folder, options.secrets);
    progress({ stage: 'code' });
    const { filesAsTheyAre, release } = await restoreCode(was, folder, ownOutputs(was), signal);
    try {
      progress({ stage: 'data' });
      const restored = await putBackInputs(store, was, folder, signal);
      progress({ stage: 'environment' });
      const python = await preparePython(was, {
        tools: installTools(),
        cwd: request.cwd ?? folder,
        env: request.env ?? {},
        build: options.build,
        signal,
        say: (detail) => progress({ stage: 'environment', detail }),
      });
      progress({ stage: 'run' });
      const asked = { ...request, store: store.folder, origin: options.origin };
      const started = await launch(folder, python.path === null ? asked : { ...asked, python: python.path }, signal);
      if (!(await options.attend(started))) {
        await stopRun(started.directory);
        throw fault('cancelled');
      }
      progress({ stage: 'comparison' });
      await untilTold(started.directory, signal);
      await ingest(store);
      const is = runDetails(store, started.run);
      return compareReproduction(store, { was, is, folder }, { restored, filesAsTheyAre, python });
    } finally {
      await release();
    }
  } catch (error) {
    if (signal.aborted) throw fault('cancelled', {}, error);
    throw error;
  } finally {
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the run made itself is not there when it starts again. */
function ownOutputs({ inputs, outputs }: RunDetails): Set<string> {
  const read = new Set(inputs.map(({ path }) => path));
  return new Set(outputs.map(({ path }) => path).filter((path) => !read.has(path)));
}

const patience = 120_000;
const pause = 50;

/** What files the run read and wrote is told after its end; the supervisor goes when all of it is. */
async function untilTold(directory: string, signal: AbortSignal): Promise<void> {
  const { supervisor } = runProcesses(directory);
  const deadline = performance.now() + patience;
  while (supervisor && isAlive(supervisor) && performance.now() < deadline) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
