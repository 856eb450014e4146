import { fileURLToPath } from 'node:url';
import { bootstrap } from './bootstrap.mjs';

await bootstrap(fileURLToPath(import.meta.url), async () => {
  const { testDesktop } = await import('./desktop.ts');
  return testDesktop();
});
