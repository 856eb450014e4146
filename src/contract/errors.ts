import { causeText, Fault, type FaultValue } from '../base/fault.ts';

/**
 * What went wrong, in one place: the sentence, what to do, and the CLI's exit code. `{name}` stands for a value of the fault.
 * The window translates `text` and `fix` with vscode.l10n, the CLI says them as they are.
 */
interface ErrorMessage {
  text: string;
  fix?: string;
  exit: 1 | 2 | 3 | 4;
}

export const errorMessages = {
  internal: {
    text: 'Something went wrong inside Trainyard: {message}',
    fix: 'See the Trainyard log, and report it.',
    exit: 1,
  },
  'unknown-call': { text: 'There is no call {name}.', exit: 2 },
  'bad-input': { text: '{what}: {problem}', exit: 2 },
  usage: { text: '{problem}', fix: 'See “trainyard help {command}”.', exit: 2 },
  'unknown-command': { text: 'There is no command {name}.', fix: 'See “trainyard help”.', exit: 2 },
  'not-confirmed': {
    text: 'Nothing was deleted: {count} would be, and there is no terminal to ask on.',
    fix: 'Say --yes if that is meant.',
    exit: 3,
  },
  'clear-not-confirmed': {
    text: 'Nothing was taken out of the queue: {count} would be, and there is no terminal to ask on.',
    fix: 'Say --yes if that is meant.',
    exit: 3,
  },
  cancelled: { text: 'Cancelled.', exit: 1 },
  deadline: {
    text: 'No answer to {name} after {milliseconds} ms.',
    fix: 'Try again; the Trainyard log says what it was busy with.',
    exit: 1,
  },
  'backend-gone': {
    text: 'The Trainyard background process ended unexpectedly.',
    fix: 'Run “Trainyard: Restart Background Process”. Training goes on meanwhile.',
    exit: 1,
  },
  untrusted: {
    text: 'This window is not trusted, so nothing is started or written in {folder}.',
    fix: 'Trust the workspace first.',
    exit: 3,
  },
  'no-folder': {
    text: 'No folder is open.',
    fix: 'Open the folder of your project; its runs are kept there.',
    exit: 2,
  },
  'no-target': {
    text: 'Nothing is named that could be run.',
    fix: 'Give “script”, “module”, “notebook” or “program” in the task or the debug configuration.',
    exit: 2,
  },
  'not-debuggable': {
    text: '{what} cannot be debugged as a tracked run.',
    fix: 'Debug a script or a module; a notebook’s cells are debugged in the notebook.',
    exit: 2,
  },
  'debugger-missing': {
    text: 'There is no debugpy for {python}, with which Python is debugged.',
    fix: 'Install the extension “Python Debugger” (ms-python.debugpy), or debugpy itself: “{python} -m pip install debugpy”.',
    exit: 2,
  },
  'debugger-failed': { text: 'The Python debugger could not be started: {problem}', exit: 1 },
  'script-missing': { text: 'There is no script {file}.', fix: 'Check the path; it is taken from {cwd}.', exit: 2 },
  'script-is-folder': { text: '{file} is a folder, not a script.', fix: 'Name the file to run.', exit: 2 },
  'module-missing': { text: 'There is no module {module} for {python}.', exit: 2 },
  'cwd-missing': { text: 'The working folder {folder} does not exist.', exit: 2 },
  'program-missing': { text: 'There is no program {program} on the PATH.', exit: 2 },
  'python-missing': {
    text: 'No Python was found.',
    fix: 'Install Python 3.8 or newer, or name one with --python or the setting trainyard.python.',
    exit: 2,
  },
  'python-broken': {
    text: 'The Python interpreter {python} does not start: {problem}',
    fix: 'Recreate the environment, or choose another interpreter.',
    exit: 2,
  },
  'python-too-old': {
    text: '{python} is Python {version}.',
    fix: 'Trainyard needs Python 3.8 or newer; choose another interpreter.',
    exit: 2,
  },
  'start-failed': { text: 'The run could not be started: {problem}', exit: 1 },
  'store-not-writable': {
    text: 'Trainyard cannot write to {folder}: {problem}',
    fix: 'Trainyard needs a folder there that it can write to.',
    exit: 4,
  },
  'user-folder-not-writable': {
    text: 'Trainyard cannot write to its own folder {folder}: {problem}',
    fix: 'Make the folder writable, or name another in the variable TRAINYARD_HOME.',
    exit: 4,
  },
  'store-link': {
    text: '{path} is a link, and what is written to a store must not leave it.',
    fix: 'Put what it leads to in its place. To keep a store elsewhere, link the whole folder .trainyard to an empty one or to a store.',
    exit: 4,
  },
  'store-newer': {
    text: 'The index {file} was written by a newer Trainyard (version {found}, this one knows {known}).',
    fix: 'Update Trainyard. Nothing was changed.',
    exit: 4,
  },
  'store-foreign': {
    text: '{file} is not a Trainyard index but another program’s database.',
    fix: 'Move it away; Trainyard makes its own. Nothing was changed.',
    exit: 4,
  },
  'store-broken': {
    text: 'The index {file} cannot be read: {problem}',
    fix: 'Run “trainyard doctor --rebuild”, or delete the file: the index is built again from the run folders, and nothing is lost.',
    exit: 4,
  },
  'store-busy': {
    text: 'The index {file} is locked by another program.',
    fix: 'Close what holds it open and try again.',
    exit: 4,
  },
  'no-store': {
    text: 'There is no Trainyard store here ({folder}).',
    fix: 'Start a run with “trainyard run SCRIPT”, and one is made.',
    exit: 2,
  },
  'no-driver': { text: 'No SQLite for this Node ({node}): {problem}', fix: 'Use Node 22.15 or newer.', exit: 4 },
  'run-missing': { text: 'There is no run {run}.', fix: 'See “trainyard runs”.', exit: 2 },
  'run-ambiguous': { text: '{run} is the beginning of {count} run ids.', fix: 'Type more of it.', exit: 2 },
  'run-not-running': { text: 'The run {run} has ended already.', exit: 3 },
  'run-folder-gone': {
    text: '{folder} has gone while the run went on: what it prints and how it ends cannot be seen any more.',
    fix: 'The script itself goes on until it ends; end its process where that is not wanted.',
    exit: 1,
  },
  'run-running': { text: 'The run {run} is still running.', fix: 'Stop it first.', exit: 3 },
  'run-queued': {
    text: 'The run {run} waits in the queue.',
    fix: 'It is started when its turn comes; “trainyard stop” takes it out.',
    exit: 3,
  },
  'run-not-queued': { text: 'The run {run} does not wait in the queue.', fix: 'See “trainyard queue”.', exit: 3 },
  'run-finished': {
    text: 'The run {run} has finished, so there is nothing to try again.',
    fix: 'To run the same once more: “trainyard rerun”.',
    exit: 3,
  },
  'not-queueable': {
    text: 'A run that is debugged cannot wait in the queue.',
    fix: 'Debug it now, or queue it without the debugger.',
    exit: 2,
  },
  'export-folder': {
    text: '{folder} is not an empty folder.',
    fix: 'Name a folder that does not exist yet; nothing is overwritten.',
    exit: 2,
  },
  'export-failed': {
    text: 'The runs could not be exported to {folder}: {problem}',
    fix: 'Nothing is left there. Choose a folder that can be written to, with enough room.',
    exit: 1,
  },
  'not-exported': {
    text: '{folder} holds no exported runs: there is no {file} in it.',
    fix: 'Choose the folder that “Export Runs…” or “trainyard export” made.',
    exit: 2,
  },
  'export-unreadable': {
    text: '{file} cannot be imported: {problem}',
    fix: 'Export the runs again, or copy the whole folder again.',
    exit: 2,
  },
  'export-damaged': {
    text: '{file} is not what was exported: its SHA-256 is not the one in {sums}. The run was not imported.',
    fix: 'Copy the folder again from where it was exported.',
    exit: 1,
  },
  'run-in-container': {
    text: 'The run {run} runs in another container of {host}, and its processes cannot be seen from here.',
    fix: 'Stop it from inside that container.',
    exit: 3,
  },
  'run-elsewhere': { text: 'The run {run} runs on {host}, not on this machine.', fix: 'Stop it there.', exit: 3 },
  'run-not-marked': {
    text: 'The run {run} was not recorded by you on this machine, so its command is shown but never started.',
    fix: 'Start the script yourself if you trust it.',
    exit: 3,
  },
  'run-unreadable': {
    text: '{file} cannot be read: {problem}',
    fix: 'What was asked of this run is unknown. Run “trainyard doctor”: it writes the file again where the index still has it.',
    exit: 1,
  },
  'secret-missing': {
    text: 'The run {run} was started with a secret for {name}, which is not recorded.',
    fix: 'Set the environment variable {variable} to it and try again.',
    exit: 3,
  },
  'secret-masked': {
    text: '{name} is given “***”, which stands for a secret that was not recorded.',
    fix: 'Give the secret itself.',
    exit: 2,
  },
  'code-not-recorded': {
    text: 'The code of the run {run} was not recorded, so it cannot be run again as it was.',
    fix: 'Run it again as the code is now: “trainyard rerun”.',
    exit: 3,
  },
  'code-not-restored': { text: 'The code of the run {run} could not be put back: {problem}', exit: 1 },
  'folder-too-large': {
    text: '{folder} holds more than 4 GB or 100,000 files besides its code, which is too much to copy.',
    fix: 'Move data out of the folder, and name it by its absolute path.',
    exit: 3,
  },
  'stop-failed': { text: 'The run {run} could not be stopped: {problem}', exit: 1 },
  'used-file-gone': { text: '{path} is not there any more, and the run kept no copy of it.', exit: 2 },
  'used-file-outside': {
    text: '{path} lies outside of the folders of this window.',
    fix: 'Copy its path, or add its folder to the workspace.',
    exit: 2,
  },
  'import-missing': { text: 'There is no folder {folder} to import.', fix: 'Check the path.', exit: 2 },
  'no-event-files': {
    text: 'There are no TensorBoard event files in {folder} or below.',
    fix: 'Name the folder that TensorBoard is given as --logdir; its files have “tfevents” in their names.',
    exit: 2,
  },
  'metric-missing': { text: 'The run {run} has no metric {name}.', fix: 'See “trainyard metrics {run}”.', exit: 2 },
  'filter-syntax': { text: 'The filter {filter} is wrong at character {position}: {problem}', exit: 2 },
  'group-key': {
    text: 'Runs cannot be grouped by {key}.',
    fix: 'Use experiment, group, script, status, day, none, params.NAME or tags.NAME.',
    exit: 2,
  },
  'sort-key': {
    text: 'Runs cannot be sorted by {key}.',
    fix: 'Use created, started, ended, duration, name, status, params.NAME, tags.NAME or metrics.NAME.',
    exit: 2,
  },
} satisfies Record<string, ErrorMessage>;

export type ErrorCode = keyof typeof errorMessages;

/** The only way to make a fault that a person sees: the code must have a message. */
export function fault(code: ErrorCode, params: Record<string, FaultValue> = {}, cause?: unknown): Fault {
  return new Fault(code, params, cause);
}

/** What was thrown, as something that can be said to a person: what is no fault is `internal`. */
export function asFault(error: unknown): Fault {
  return error instanceof Fault ? error : fault('internal', { message: causeText(error) }, error);
}

export function errorMessage(code: string): ErrorMessage {
  return Object.hasOwn(errorMessages, code) ? errorMessages[code as ErrorCode] : { text: code, exit: 1 };
}

/** Puts the values into a message's `{name}` places. */
export function fillIn(template: string, params: Readonly<Record<string, FaultValue>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}

/** What went wrong and what to do: two sentences, also where the first ends with somebody else's words. */
export function withFix(message: string, fix: string | undefined): string {
  if (fix === undefined) return message;
  return /[.!?:…]["”’)]?\s*$/.test(message) ? `${message} ${fix}` : `${message}. ${fix}`;
}
