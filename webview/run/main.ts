import type { RunPageStart } from '../../src/contract/panel.ts';
import { connectHost } from '../shared/host.ts';
import { setLanguage } from '../shared/l10n.ts';
import { createRunModel, type RunHost } from './model.ts';
import { RunPage } from './page.ts';
import './run.css';

const start: RunPageStart = JSON.parse(document.getElementById('start')?.textContent ?? '');
setLanguage(start);

const connected: RunHost = connectHost();
/** What is saved also says which run the page is of, so that the window finds it again after a reload. */
const save = (state: unknown) => connected.save({ ...Object(state), reference: start.reference });
save(connected.saved());
const host: RunHost = { ...connected, save };
const page = new RunPage();
page.model = createRunModel(host, start.reference, () => page.requestUpdate());
document.body.append(page);
