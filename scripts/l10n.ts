import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { getL10nJson } from '@vscode/l10n-dev';
import { anomalyMessages } from '../src/contract/anomaly-messages.ts';
import { syntaxMessages, unreadMessages } from '../src/contract/arguments.ts';
import { errorMessages } from '../src/contract/errors.ts';
import { warningMessages } from '../src/contract/warnings.ts';

const root = join(import.meta.dirname, '..');
export const bundleFile = join(root, 'l10n', 'bundle.l10n.json');

/** Every sentence that the window and its pages say: from their calls of `t`, and from the tables of the contract. */
export async function collectStrings(): Promise<Record<string, unknown>> {
  const files = globSync(['src/extension.ts', 'src/window/**/*.ts', 'webview/**/*.ts'], { cwd: root }).sort();
  const called = await getL10nJson(files.map((file) => ({ extension: '.ts', contents: readableByTool(file) })));
  const tables = [
    ...Object.values(errorMessages).flatMap((message) =>
      'fix' in message ? [message.text, message.fix] : [message.text],
    ),
    ...Object.values(warningMessages),
    ...Object.values(anomalyMessages),
    ...Object.values(unreadMessages),
    ...Object.values(syntaxMessages),
  ];
  const all: Record<string, unknown> = { ...called, ...Object.fromEntries(tables.map((text) => [text, text])) };
  return Object.fromEntries(
    Object.keys(all)
      .sort()
      .map((key) => [key, all[key]]),
  );
}

/** The tool knows only the `t` of a package: that of the pages is given its name. */
function readableByTool(file: string): string {
  const code = readFileSync(join(root, file), 'utf8');
  if (!/from '[./\w]*\/l10n\.ts'/.test(code)) return code;
  return `import * as l10n from '@vscode/l10n';\n${code.replace(/(?<![\w.$])t\(/g, 'l10n.t(')}`;
}

export function bundleText(strings: Record<string, unknown>): string {
  return `${JSON.stringify(strings, null, 2)}\n`;
}

/** `node scripts/l10n.ts` writes the bundle that translators start from. */
if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(bundleFile, bundleText(await collectStrings()));
