import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

await bootstrap(fileURLToPath(import.meta.url), async () => {
  const { testCommand } = await import('./run-suites.ts');
  return testCommand(argv.slice(2));
});
