import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { build } from '../../scripts/build.mjs';
import { endLeftovers, testsVariable } from './leftovers.ts';

/**
 * Mocha calls it before the first test: bundles what tests start as processes of their own. What they leave running ends
 * with this process, unless `npm test` looks after that.
 */
export async function mochaGlobalSetup(): Promise<void> {
  if (process.env[testsVariable] === undefined) {
    const mark = randomUUID();
    process.env[testsVariable] = mark;
    process.on('exit', () => endLeftovers(mark));
  }
  await build({ only: ['supervisor', 'starter', 'cli'] });
}
