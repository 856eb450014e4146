import Mocha, { type MochaOptions, type Runner, type Test } from 'mocha';
import { type ResultLine, writeResult } from './results.ts';
import { skipReason } from './skip.ts';

/** Mocha's usual output, and a line per test in the file that TRAINYARD_TEST_RESULTS names. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const file = process.env.TRAINYARD_TEST_RESULTS;
    if (!file) return;
    const write = (line: ResultLine) => writeResult(file, line);
    runner.on('pass', (test: Test) =>
      write({ event: 'pass', title: test.fullTitle(), milliseconds: test.duration ?? 0 }),
    );
    runner.on('fail', (test: Test, error: Error) =>
      write({ event: 'fail', title: test.fullTitle(), error: error.stack ?? String(error) }),
    );
    runner.on('pending', (test: Test) => write({ event: 'skip', title: test.fullTitle(), reason: skipReason(test) }));
    runner.on('end', () => write({ event: 'end' }));
  }
}
