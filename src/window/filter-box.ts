import * as vscode from 'vscode';
import type { Fault } from '../base/fault.ts';
import type { Arrangement } from './arrangement.ts';
import type { Experiments } from './experiments.ts';
import { completions, type Names } from './filter-completions.ts';
import type { Messages } from './messages.ts';
import { faultText } from './messages.ts';
import { wholeNumber } from './tree-items.ts';

interface FilterParts {
  experiments: Experiments;
  messages: Messages;
  arrangement: { readonly now: Arrangement };
  names(): Promise<Names>;
}

/** Milliseconds. The rows of the tree come first: to draw those of the box at the same time would hold them up. */
const afterRows = 100;

type Item = vscode.QuickPickItem & { text?: string };

/**
 * A box in which a filter is typed, with what could come next below it. The tree follows each key; what is not yet a filter
 * leaves the rows as they are and says at which character it goes wrong.
 */
export function openFilterBox({ experiments, messages, arrangement, names }: FilterParts): void {
  const box = vscode.window.createQuickPick<Item>();
  const clear = { iconPath: new vscode.ThemeIcon('clear-all'), tooltip: vscode.l10n.t('Clear Filter') };
  let known: Names = { metrics: [], params: [], tags: [] };
  let problem: Fault | undefined;
  let later: NodeJS.Timeout | undefined;

  const draw = () => {
    const text = box.value;
    // The first row has what was typed as its label: VS Code then keeps it on top.
    const first: Item = problem
      ? { label: pointed(text, problem), description: problemText(problem), iconPath: new vscode.ThemeIcon('error') }
      : {
          label: text.trim() || vscode.l10n.t('All runs'),
          description: foundText(),
          iconPath: new vscode.ThemeIcon('filter'),
        };
    const more = completions(text, known).map((one): Item => ({ ...one, alwaysShow: true }));
    box.items = [{ ...first, alwaysShow: true }, ...more];
    box.activeItems = box.items.slice(0, 1);
  };

  const foundText = () => {
    const trees = experiments.folders().flatMap((folder) => experiments.tree(folder) ?? []);
    const matching = trees.reduce((sum, tree) => sum + tree.matching, 0);
    return matching === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{count} runs', { count: wholeNumber(matching) });
  };

  const look = async (text: string) => {
    clearTimeout(later);
    const found = await experiments.filter(text);
    if (box.value !== text) return;
    problem = found;
    if (problem) draw();
    else later = setTimeout(draw, afterRows);
  };

  box.title = vscode.l10n.t('Filter Runs');
  box.placeholder = vscode.l10n.t('Words, or such as {example}', {
    example: 'metrics.loss < 0.3 and params.model = "ridge"',
  });
  box.buttons = [clear];
  box.value = arrangement.now.filter;
  box.onDidChangeValue((text) => messages.attempt(() => look(text)));
  box.onDidTriggerButton(() => {
    box.value = '';
    void messages.attempt(() => look(''));
  });
  box.onDidAccept(() => {
    const [chosen] = box.selectedItems;
    if (chosen?.text === undefined) return box.hide();
    box.value = chosen.text;
    void messages.attempt(() => look(box.value));
  });
  box.onDidHide(() => {
    clearTimeout(later);
    box.dispose();
  });
  draw();
  box.show();
  void messages.attempt(async () => {
    known = await names();
    draw();
  });
}

/** The filter with a mark before the character at which it goes wrong. */
function pointed(text: string, { params }: Fault): string {
  const at = typeof params.position === 'number' ? params.position - 1 : text.length;
  return `${text.slice(0, at)}▲${text.slice(at)}`;
}

function problemText({ code, params }: Fault): string {
  if (code !== 'filter-syntax') return faultText(code, params);
  return vscode.l10n.t('character {position}: {problem}', {
    position: String(params.position),
    problem: String(params.problem),
  });
}
