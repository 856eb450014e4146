import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

await bootstrap(fileURLToPath(import.meta.url), async () => {
  const { demo } = await import('./demo.ts');
  return demo(argv.slice(2));
});
