import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { amount, type Measure, median } from './measure.ts';
import { runTool } from './peers.ts';

/** What automatic logging adds to the first fit of a scikit-learn estimator in a process. */
export const autologging: Measure = {
  name: 'autolog',
  about: 'what automatic logging adds to a fit',
  async run(bench) {
    const { python, installed } = await bench.peers();
    const tools = ['plain', 'trainyard', ...(installed.includes('mlflow') ? ['mlflow'] : [])];
    const times = new Map<string, number[]>(tools.map((tool) => [tool, []]));
    const rounds = amount(bench, 7);
    for (let round = 0; round < rounds; round++) {
      for (const tool of tools) {
        const folder = join(bench.scratch, `${tool}-${round}`);
        mkdirSync(folder);
        const { json, problem } = await runTool(python, 'autolog_fit.py', [tool, folder], folder);
        if (json) times.get(tool)?.push(json.first as number);
        else if (tool !== 'mlflow') throw new Error(`A fit of scikit-learn could not be measured: ${problem}`);
      }
    }
    const of = (tool: string) => median(times.get(tool) as number[]);
    const plain = of('plain');
    return [
      {
        what: 'autolog of a scikit-learn fit adds',
        unit: 'ms',
        ours: of('trainyard') - plain,
        goal: { most: 30 },
        ...(times.get('mlflow')?.length ? { peers: { mlflow: of('mlflow') - plain } } : {}),
        note: `the first fit of a process: parameters, results, the model; the fit alone takes ${plain.toFixed(0)} ms`,
      },
    ];
  },
};
