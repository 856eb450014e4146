import { html, nothing, type TemplateResult } from 'lit';
import { shellLine } from '../../src/base/shell-line.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatBytes, formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { emptyBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import { type Fact, factList } from './facts.ts';
import { parameterText } from './parameter-value.ts';

/** What the run ran in and on. */
export function environmentPanel(run: RunDetails): TemplateResult {
  const packages = Object.entries(run.packages).sort(([a], [b]) => a.localeCompare(b));
  const env = Object.entries(run.env);
  return html`<div class="columns">
    <div class="wide">
      <section>
        <h2>${t('Python')}</h2>
        ${factList([
          [t('Version'), run.python && visible(run.python)],
          [t('Interpreter'), run.interpreter && visible(run.interpreter)],
          ...installationFacts(run),
        ])}
        ${run.python || run.interpreter ? nothing : html`<p class="faint">${t('No Python took part, as far as was seen.')}</p>`}
      </section>
      <section>
        <h2>${t('Packages')}${packages.length > 0 ? html` <span class="badge">${formatCount(packages.length)}</span>` : nothing}</h2>
        ${
          packages.length === 0
            ? emptyBox(
                t('No packages were recorded'),
                t('They are taken down when a tracked Python process ends, or at the first call of trainyard.'),
              )
            : html`<table class="data">
                <thead><tr><th scope="col">${t('Package')}</th><th scope="col">${t('Version')}</th></tr></thead>
                <tbody>
                  ${packages.map(
                    ([name, version]) =>
                      html`<tr><th scope="row"><bdi>${visible(name)}</bdi></th><td><bdi>${visible(version)}</bdi></td></tr>`,
                  )}
                </tbody>
              </table>`
        }
      </section>
    </div>
    <div class="side">
      <section>
        <h2>${t('Seeds')}</h2>
        ${
          Object.keys(run.seeds).length === 0
            ? html`<p class="faint">${t('None was set, as far as was seen.')}</p>`
            : factList(
                Object.entries(run.seeds).map(([source, value]) => [
                  visible(source),
                  html`<code>${visible(parameterText(value))}</code>`,
                ]),
              )
        }
      </section>
      <section>
        <h2>${t('Machine')}</h2>
        ${factList([
          [t('Host'), visible(run.host)],
          [t('System'), run.os && visible(run.os)],
          ...machineFacts(run),
          [t('Processor'), run.cpu && visible(run.cpu)],
          [t('Cores'), run.cores === null ? null : formatCount(run.cores)],
          [t('Memory'), run.memoryBytes === null ? null : formatBytes(run.memoryBytes)],
        ])}
      </section>
      <section>
        <h2>${t('Started with')}</h2>
        ${factList([
          [t('Command'), run.command.length === 0 ? null : html`<code>${visible(shellLine(run.command))}</code>`],
          [t('Working folder'), visible(run.cwd)],
          [
            t('From'),
            {
              window: t('this editor'),
              cli: t('the command line'),
              script: t('the script itself'),
              import: t('an import of TensorBoard logs'),
            }[run.origin],
          ],
          [t('Run folder'), visible(run.directory)],
        ])}
      </section>
      <section>
        <h2>${t('Variables added to the environment')}</h2>
        ${env.length === 0 ? html`<p class="faint">${t('None were asked for.')}</p>` : factList(env.map(([name, value]) => [visible(name), html`<code>${visible(value)}</code>`]))}
      </section>
      ${variables(run)}
    </div>
  </div>`;
}

function installationFacts({ installation }: RunDetails): Fact[] {
  if (!installation) return [];
  const { implementation, environment, prefix, packages, lock, locals } = installation;
  const kinds = { venv: t('Virtual environment'), conda: t('Conda environment'), system: t('Installation') };
  return [
    [t('Implementation'), implementation === 'cpython' ? null : visible(implementation)],
    [kinds[environment], visible(prefix)],
    [
      t('All that is installed'),
      t('{count} packages, in {file} of the run folder', { count: formatCount(packages), file: lock }),
    ],
    ...locals.map(({ name, version, path, commit }): Fact => {
      const at = commit === null ? '' : ` ${t('at commit {commit}', { commit: commit.slice(0, 12) })}`;
      return [t('{name} from a folder', { name: visible(name) }), `${visible(version)}, ${visible(path)}${at}`];
    }),
  ];
}

function machineFacts({ machine }: RunDetails): Fact[] {
  if (!machine) return [];
  const system = [machine.distribution, machine.architecture, machine.libc].filter((part) => part !== null);
  const inside = machine.surroundings.map(({ kind, id, image, name }) =>
    [kind, name, id?.slice(0, 12), image].filter((part) => part).join(' '),
  );
  return [
    [t('Distribution'), visible(system.join(', '))],
    [t('Container'), visible(inside.join(', '))],
    [t('GPU driver'), machine.gpuDriver && visible(machine.gpuDriver)],
    [t('CUDA'), machine.cuda && visible(machine.cuda)],
  ];
}

function variables({ machine }: RunDetails): TemplateResult | typeof nothing {
  if (!machine) return nothing;
  const recorded = Object.entries(machine.variables);
  const others = machine.otherVariables;
  return html`<section>
    <h2>${t('Variables that matter to a training')}</h2>
    ${
      recorded.length === 0
        ? html`<p class="faint">${t('None of them was set.')}</p>`
        : factList(recorded.map(([name, value]): Fact => [visible(name), html`<code>${visible(value)}</code>`]))
    }
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${t('{count} others, of which only the names are recorded', { count: formatCount(others.length) })}</summary>
            <p class="faint"><bdi>${visible(others.join(', '))}</bdi></p>
          </details>`
    }
  </section>`;
}
