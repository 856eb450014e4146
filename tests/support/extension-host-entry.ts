import { pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import Reporter from './reporter.ts';

/** Runs inside VS Code's extension host. `files`: the bundled test files, each loaded when mocha wants its tests. */
export async function runSuites(files: Record<string, () => unknown>): Promise<void> {
  process.setSourceMapsEnabled(true);
  const grep = process.env.TRAINYARD_TEST_GREP;
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: Reporter, ...(grep ? { grep } : {}) });
  for (const [name, load] of Object.entries(files)) {
    const { href } = pathToFileURL(name);
    mocha.suite.emit('pre-require', globalThis, href, mocha);
    mocha.suite.emit('require', load(), href, mocha);
    mocha.suite.emit('post-require', globalThis, href, mocha);
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
