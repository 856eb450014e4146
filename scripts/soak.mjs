import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

await bootstrap(fileURLToPath(import.meta.url), async () => {
  const { soakCommand } = await import('./soak.ts');
  return soakCommand(argv.slice(2));
});
