import { parseArgs } from 'node:util';
import { say } from './bootstrap.mjs';
import { build } from './build.mjs';
import { openDesktop, serveWorkspace } from './open-vscode.ts';
import { ownTarget, pack } from './pack.ts';
import { sampleWorkspace } from './sample.ts';
import { compareRuns, startTraining, type Training, virtualEnvironment, watchTrainings } from './trainings.ts';

const usage = `Usage: npm start -- [--no-serve | --desktop]

--no-serve  ends after the comparison; installs no VS Code
--desktop   opens the VS Code of this machine, instead of serving one for the browser`;

const first: Training[] = [
  { name: 'logistic regression', script: 'train.py', args: [], steps: 'epochs' },
  { name: 'logistic regression, lr 0.5', script: 'train.py', args: ['--lr', '0.5'], steps: 'epochs' },
];

/** Builds and packs the product, trains with it, compares, and opens it. Answers the exit code. */
export async function demo(args: string[]): Promise<number> {
  const options = { 'no-serve': { type: 'boolean' }, desktop: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const stray = tokens.find((token) => token.kind !== 'option' || !Object.hasOwn(options, token.name));
  if (stray || values.help) {
    console.log(usage);
    return stray ? 2 : 0;
  }
  say('Building');
  await build();
  say('Packing the extension');
  const [vsix] = (await pack([ownTarget()])) as [string];
  const workspace = await sampleWorkspace();
  say(`Training in ${workspace}`);
  const ids = await train(workspace);
  console.log();
  await compareRuns(workspace, ids);
  if (values['no-serve']) return 0;
  console.log();
  return values.desktop || process.platform === 'win32'
    ? openDesktop(workspace, vsix)
    : serveWorkspace(workspace, vsix);
}

/** Two trainings side by side, then a third with scikit-learn where that can be had. Answers their ids. */
async function train(workspace: string): Promise<string[]> {
  const runs = new Map<string, Training>();
  for (const training of first) runs.set(await startTraining(workspace, training), training);
  const [environment] = await Promise.all([virtualEnvironment(workspace), watchTrainings(workspace, runs)]);
  if ('problem' in environment) {
    say(`The training with scikit-learn is left out: ${environment.problem}`);
    return [...runs.keys()];
  }
  const boosting = { name: 'gradient boosting', script: 'train_sklearn.py', args: [], steps: 'trees', ...environment };
  const id = await startTraining(workspace, boosting);
  await watchTrainings(workspace, new Map([[id, boosting]]));
  return [...runs.keys(), id];
}
