const vscode = require('vscode');

/** As many rows as the Experiments view names at first, and no more in them than a tree must have. */
const groups = 8;
const rows = 50;

/** @param {import('vscode').ExtensionContext} context */
exports.activate = (context) => {
  let turn = 0;
  /** @type {import('vscode').EventEmitter<void>} */
  const changed = new vscode.EventEmitter();
  /** @type {import('vscode').TreeDataProvider<{ group: number, row?: number }>} */
  const provider = {
    onDidChangeTreeData: changed.event,
    getChildren(node) {
      if (!node) return Array.from({ length: groups }, (_, group) => ({ group }));
      return node.row === undefined ? Array.from({ length: rows }, (_, row) => ({ group: node.group, row })) : [];
    },
    getTreeItem({ group, row }) {
      const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
      const folding = row !== undefined ? None : group === 0 ? Expanded : Collapsed;
      const item = new vscode.TreeItem(row === undefined ? `group ${group}` : `row ${row}`, folding);
      item.id = `${turn} ${group} ${row}`;
      item.description = `at ${turn}`;
      item.iconPath = new vscode.ThemeIcon('pass');
      return item;
    },
  };
  const filter = () => {
    const box = vscode.window.createQuickPick();
    box.onDidChangeValue(() => {
      turn += 1;
      changed.fire();
    });
    box.show();
  };
  context.subscriptions.push(
    vscode.window.createTreeView('plain.rows', { treeDataProvider: provider }),
    vscode.commands.registerCommand('plain.filter', filter),
  );
};
