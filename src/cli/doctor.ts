import { byteText } from '../base/byte-text.ts';
import type { StoreProblem } from '../contract/store-report.ts';
import { warningText } from '../contract/warning-text.ts';
import { examine } from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { harmless } from './harmless.ts';
import { nothingMore } from './references.ts';
import { existingStore } from './stores.ts';
import { paint, print, printJson } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  nothingMore('doctor', invocation.operands);
  const report = await examine(existingStore(invocation), { rebuild: switched(invocation, 'rebuild') });
  if (invocation.json) {
    printJson({ ...report, problems: report.problems.map((one) => ({ ...one, message: warningText(one) })) });
  } else {
    const { rebuilt, runs, running, settled, adopted, sealed, problems } = report;
    print(`${harmless(report.store)}: ${counted(runs, 'run')}, ${running} running${rebuilt ? ', index rebuilt' : ''}.`);
    if (settled.length > 0) print(`${counted(settled.length, 'run')} had ended unseen: ${settled.join(', ')}`);
    if (adopted.length > 0)
      print(`${counted(adopted.length, 'run')} had lost the supervisor, and got another: ${adopted.join(', ')}`);
    if (sealed.length > 0) print(sealedLine(sealed));
    for (const problem of problems) {
      print(`${problem.mended ? paint('✓', 'green') : paint('✗', 'red')} ${line(problem)}`);
    }
    print(summary(problems));
  }
  return report.problems.every(({ mended }) => mended) ? 0 : 1;
}

function summary(problems: readonly StoreProblem[]): string {
  if (problems.length === 0) return paint('Nothing is wrong.', 'green');
  const mended = problems.filter((problem) => problem.mended).length;
  const found = `${counted(problems.length, 'problem')} found`;
  if (mended === problems.length) return paint(`${found}, and mended.`, 'green');
  return mended === 0 ? `${found}.` : `${found}, ${mended} of them mended.`;
}

function line(problem: StoreProblem): string {
  return harmless(problem.run === null ? warningText(problem) : `${problem.run}: ${warningText(problem)}`);
}

function sealedLine(sealed: { before: number; after: number }[]): string {
  const total = (bytes: number[]) => byteText(bytes.reduce((sum, next) => sum + next, 0));
  const before = total(sealed.map((one) => one.before));
  return `${counted(sealed.length, 'journal')} packed: ${before} became ${total(sealed.map((one) => one.after))}.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
