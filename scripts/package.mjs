import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bootstrap, say } from './bootstrap.mjs';

await bootstrap(fileURLToPath(import.meta.url), async () => {
  const { packCommand } = await import('./pack.ts');
  return packCommand(argv.slice(2), say);
});
