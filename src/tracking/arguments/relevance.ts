import { field, type SyntaxNode } from './syntax.ts';

export const aboutArguments =
  /\b(ArgumentParser|ArgParser|add_argument\w*|add_parser|add_subparsers|add_mutually_\w+|set_defaults|parse_args|HfArgumentParser|TrlParser|parse_known_args)\b|\b(click|typer|fire|hydra)\b|\bFire\(|\.(command|callback|group|add_typer|add_command)\(|\b(option|argument)\(/;

/** The functions of a file that have to do with arguments, directly or by naming one that has. */
export function relevantFunctions(root: SyntaxNode): Set<SyntaxNode> {
  const relevant = new Set<SyntaxNode>();
  if (!aboutArguments.test(root.text)) return relevant;
  const rest = new Map<SyntaxNode, Set<string>>();
  const names = new Set<string>();
  const add = (node: SyntaxNode) => {
    relevant.add(node);
    const name = field(node, 'name')?.text;
    if (name !== undefined) names.add(name);
  };
  for (const node of functionsIn(root)) {
    if (aboutArguments.test(node.text)) add(node);
    else rest.set(node, new Set(node.text.match(/[^\W\d]\w*/g)));
  }
  for (let before = -1; before < relevant.size; ) {
    before = relevant.size;
    for (const [node, mentioned] of rest) {
      if (![...names].some((name) => mentioned.has(name))) continue;
      add(node);
      rest.delete(node);
    }
  }
  return relevant;
}

function functionsIn(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'function_definition') found.push(node);
    if (/^(module|block|.*_statement|.*_definition|.*_clause)$/.test(node.type)) open.push(...node.children);
  }
  return found;
}
