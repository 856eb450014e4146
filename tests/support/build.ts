import { build } from '../../scripts/build.mjs';

let built: Promise<void> | undefined;

/** Bundles what tests start as processes of their own, once per test process. Mocha calls it before the first test. */
export function ensureBuilt(): Promise<void> {
  built ??= build({ only: ['supervisor', 'cli'] });
  return built;
}

export const mochaGlobalSetup = ensureBuilt;
