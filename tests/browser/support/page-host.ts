import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser.ts';
import { build, root } from '../../../scripts/build.mjs';
import { toExactMessage } from '../../../src/base/exact-message.ts';
import { type Handlers, type RpcMessage, serve } from '../../../src/base/rpc.ts';
import type { RunPageCalls } from '../../../src/contract/panel.ts';
import { panelPage } from '../../../src/contract/panel-page.ts';
import { type ThemeName, theme } from './themes.ts';

export interface PageOptions {
  handlers: Handlers<RunPageCalls>;
  theme?: ThemeName;
  width?: number;
  height?: number;
  locale?: string;
  strings?: Record<string, string>;
  reducedMotion?: boolean;
  forcedColors?: boolean;
  /** What the page saved before it was reloaded. */
  saved?: unknown;
}

export interface HostedPage {
  page: Page;
  /** Tells the page that the run changed. */
  changed(): Promise<void>;
  /** What the page keeps across reloads. */
  saved(): unknown;
  /** Everything that the browser complained about: errors, and whatever the policy refused. */
  complaints: string[];
  setTheme(theme: ThemeName): Promise<void>;
  close(): Promise<void>;
}

/**
 * Gives the tests of a `describe` a browser. Each page that a test opens is closed after it, and must have had nothing to
 * complain about.
 */
export function useRunPages(): (options: PageOptions) => Promise<HostedPage> {
  let browser: Browser;
  const opened: HostedPage[] = [];
  before(async () => {
    await build({ only: ['webview'] });
    browser = await chromium.launch(await findBrowser((line) => console.log(line)));
  });
  after(() => browser?.close());
  afterEach(async () => {
    const pages = opened.splice(0);
    for (const page of pages) await page.close();
    deepStrictEqual(
      pages.flatMap(({ complaints }) => complaints),
      [],
    );
  });
  return async (options) => {
    const page = await openRunPage(browser, options);
    opened.push(page);
    return page;
  };
}

/** The run page in a browser, under the policy that it has in VS Code, with the window's side played by `handlers`. */
async function openRunPage(browser: Browser, options: PageOptions): Promise<HostedPage> {
  const server = await servePage(options);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1100, height: options.height ?? 800 },
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: options.forcedColors ? 'active' : 'none',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  let saved: unknown = options.saved;
  let receive: (message: RpcMessage) => void = () => undefined;
  await page.exposeFunction('hostReceives', (message: RpcMessage) => receive(message));
  await page.exposeFunction('hostSaves', (state: unknown) => {
    saved = state;
  });
  const post = (text: string) =>
    page.evaluate(`postMessage(${JSON.stringify(text)}, '*')`).catch((error: unknown) => {
      if (!page.isClosed()) throw error;
    });
  const emit = serve<RunPageCalls>(
    {
      send: (message) => void post(toExactMessage(message)),
      listen: (listener) => {
        receive = (message) => listener(message);
      },
    },
    options.handlers,
  );
  await page.addInitScript(pageScript(saved, options.theme ?? 'dark'));
  await page.goto(address);
  return {
    page,
    complaints,
    saved: () => saved,
    async changed() {
      emit('changed', null);
    },
    setTheme: (name) => page.evaluate(themeScript(name)),
    async close() {
      await context.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function servePage(options: PageOptions) {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/') {
      const html = panelPage({
        title: 'Run',
        script: '/run.js',
        style: '/run.css',
        source: `http://${request.headers.host}`,
        nonce: 'test-nonce',
        start: {
          strings: options.strings ?? {},
          locale: options.locale ?? 'en',
          reference: { folder: '/digits', run: 'a-run' },
        },
      });
      response.setHeader('content-type', 'text/html').end(html);
    } else if (path === '/run.js' || path === '/run.css') {
      response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/css');
      response.end(readFileSync(join(root, 'dist', 'webview', path)));
    } else response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return server;
}

/** What VS Code does to a webview before its script runs: its API, its colours as custom properties, and the body's class. */
function pageScript(saved: unknown, theme: ThemeName): string {
  return `{
    let state = ${JSON.stringify(saved) ?? 'undefined'};
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message) => globalThis.hostReceives(message),
      getState: () => state,
      setState: (next) => { state = next; globalThis.hostSaves(next); },
    });
    const observer = new MutationObserver(() => { if (document.body) { observer.disconnect(); ${themeScript(theme)} } });
    observer.observe(document, { childList: true, subtree: true });
  }`;
}

function themeScript(name: ThemeName): string {
  const { kind, colors } = theme(name);
  return `(() => {
    const colors = ${JSON.stringify(colors)};
    for (const [name, value] of Object.entries(colors)) document.documentElement.style.setProperty('--vscode-' + name, value);
    document.body.className = ${JSON.stringify(kind)};
  })()`;
}
