import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { root } from '../../scripts/build.mjs';
import { runningVSCodes } from './vscode.ts';

/** After a failed test, a picture of every open window goes to out/screenshots. */
export const mochaHooks = {
  async afterEach(this: Context): Promise<void> {
    if (this.currentTest?.state !== 'failed') return;
    const folder = join(root, 'out', 'screenshots');
    mkdirSync(folder, { recursive: true });
    const name = this.currentTest
      .fullTitle()
      .replace(/[^\w]+/g, '-')
      .slice(0, 120);
    for (const [number, vscode] of runningVSCodes().entries()) {
      if (vscode.page.isClosed()) continue;
      const path = join(folder, `${name}-${number}.png`);
      await vscode.page.screenshot({ path });
      console.log(`Picture: ${path}`);
    }
  },
};
