import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

await bootstrap(fileURLToPath(import.meta.url), async () => {
  const { benchCommand } = await import('../bench/main.ts');
  return benchCommand(argv.slice(2));
});
