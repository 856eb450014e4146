import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, errors, type Frame, type Page } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.ts';
import { installExtension, serve, vscodeServer } from '../../scripts/vscode-server.ts';

export interface VSCodeOptions {
  /** Absolute path of the folder (or `.code-workspace` file) to open. */
  workspace: string;
  /** What to run: a packed extension, installed as a person would, or a folder with a built one. Neither is fine too. */
  extension?: { vsix: string; development?: never } | { development: string; vsix?: never };
  /** Folders of other extensions, beside it. */
  others?: string[];
  /** Workspace trust is off unless this is true; then VS Code asks, as it does for everybody. */
  trust?: boolean;
  settings?: Record<string, unknown>;
  /** Unless TRAINYARD_HOME is among it, what belongs to the user is thrown away at the end. */
  env?: Record<string, string>;
  /** For suites inside the extension host: absolute path of the module that exports `run`. */
  tests?: string;
}

export interface VSCode {
  /** The window. `reopen` replaces it. */
  page: Page;
  /** Chooses a command in the palette by its title. */
  command(title: string): Promise<void>;
  /** The innermost frame of the webview in which something matches the selector. */
  webview(selector: string): Promise<Frame>;
  /** Leaves the page: the window is gone, the server lives. */
  close(): Promise<void>;
  reopen(): Promise<void>;
  /** What VS Code's server and the windows' consoles said. */
  log(): string;
  stop(): Promise<void>;
}

const deadline = 120_000;
const running = new Set<VSCode>();

/** All that were started and not yet stopped. */
export function runningVSCodes(): VSCode[] {
  return [...running];
}

/** Starts a real VS Code in a real browser, with nothing of an earlier one in it. Call `stop` when done. */
export async function startVSCode(options: VSCodeOptions): Promise<VSCode> {
  const say = (line: string) => console.log(line);
  const [server, program] = [await vscodeServer(say), await findBrowser(say)];
  const dataDir = mkdtempSync(join(tmpdir(), 'trainyard-vscode-'));
  const env = { TRAINYARD_HOME: join(dataDir, 'trainyard'), ...options.env };
  const { vsix, development } = options.extension ?? {};
  if (vsix) await installExtension(server, dataDir, vsix);
  for (const folder of options.others ?? []) addExtension(folder, dataDir);
  const code = await serve(server, {
    dataDir,
    args: ['--enable-smoke-test-driver', ...(options.trust ? [] : ['--disable-workspace-trust'])],
    env,
    ...(options.settings ? { settings: options.settings } : {}),
  });
  const remote = (path: string) => `vscode-remote://127.0.0.1:${code.port}${path}`;
  const payload: [string, string][] = [];
  if (development) payload.push(['extensionDevelopmentPath', remote(development)]);
  if (options.tests) payload.push(['extensionTestsPath', remote(options.tests)]);
  let browser: Browser | undefined;
  let said = '';
  const stop = async () => {
    running.delete(vscode);
    await browser?.close();
    await code.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const open = async (context: BrowserContext) => {
    const page = await context.newPage();
    page.setDefaultTimeout(deadline);
    page.on('console', (message) => {
      said += `${message.text()}\n`;
    });
    await page.goto(code.url(options.workspace, payload), { timeout: deadline });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: deadline });
    return page;
  };
  const vscode: VSCode = {
    page: undefined as unknown as Page,
    command: (title) => chooseCommand(vscode.page, title),
    webview: (selector) => findWebview(vscode.page, selector),
    close: () => vscode.page.close(),
    async reopen() {
      if (!vscode.page.isClosed()) await vscode.page.close();
      vscode.page = await open(context);
    },
    log: () => `${code.output()}\n${said}`,
    stop,
  };
  let context: BrowserContext;
  try {
    browser = await chromium.launch({ executablePath: program.executablePath, args: program.args, headless: true });
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    vscode.page = await open(context);
  } catch (error) {
    await stop();
    throw error;
  }
  running.add(vscode);
  return vscode;
}

/** VS Code takes over what lies in its folder of extensions when it starts for the first time. */
function addExtension(folder: string, dataDir: string): void {
  const place = join(dataDir, 'extensions', basename(folder));
  mkdirSync(place, { recursive: true });
  for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(place, name));
}

/** A palette that was opened before the extension's commands were known does not learn of them: it is opened again. */
async function chooseCommand(page: Page, title: string): Promise<void> {
  const box = page.locator('.quick-input-widget input[type=text]');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  const end = Date.now() + deadline;
  for (let attempt = 1; ; attempt += 1) {
    await page.keyboard.press('F1');
    await box.waitFor();
    await box.fill(`>${title}`);
    try {
      await row.click({ timeout: attempt * 3_000 });
      return;
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || Date.now() > end) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

async function findWebview(page: Page, selector: string): Promise<Frame> {
  const end = Date.now() + deadline;
  while (Date.now() < end) {
    for (const frame of page.frames()) {
      if (frame === page.mainFrame() || frame.isDetached()) continue;
      const found = await frame.$(selector).catch(() => null);
      if (found) return frame;
    }
    await page.waitForTimeout(100);
  }
  const frames = page.frames().map((frame) => frame.url());
  throw new Error(`No webview with ${selector} within ${deadline} ms. Frames: ${frames.join(', ')}`);
}
