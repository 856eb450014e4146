const likeliest = [
  /^(val|valid|validation|test|eval)[_/. -]?(acc|accuracy|f1|auc|score|r2|map|iou)/i,
  /(^|[_/. -])(acc|accuracy|f1|auc|roc_auc|r2|score|map|iou)([_/. -]|$)/i,
  /^(val|valid|validation|test|eval)[_/. -]?(loss|error|rmse|mae|mse)/i,
  /(^|[_/. -])loss([_/. -]|$)/i,
];

/** The metric that says most about a run in one number: the one asked for, else the likeliest by its name, else the first. */
export function headlineMetric(names: readonly string[], asked?: string): string | undefined {
  if (asked && names.includes(asked)) return asked;
  for (const pattern of likeliest) {
    const found = names.find((name) => pattern.test(name));
    if (found !== undefined) return found;
  }
  return names[0];
}
