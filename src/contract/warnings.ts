/** What went less than well in a run, told on its page and in `show`; `{name}` stands for a value. */
export const warningMessages = {
  'metric-not-a-number': 'The metric {name} was given {value}, which is not a number; it was not recorded.',
  'step-not-an-integer': 'The step {step} is not an integer between -2^53 and 2^53; the next one was taken.',
  'journal-unwritable': 'The journal could not be written: {problem}. What was logged after it is missing.',
  'journal-damaged': '{file} has {bytes} unreadable bytes at {offset}; the records around them are kept.',
  'journal-newer': '{file} was written by a newer Trainyard (protocol version {version}); it is read after an update.',
  'journal-foreign': '{file} belongs to the run {run}, not to this one; it is left out.',
  'file-unreadable': '{file} cannot be read: {problem}',
  'ops-damaged': '{file} among the ops has {bytes} unreadable bytes; the records around them are kept.',
  'journal-not-sealed': '{file} could not be packed: {problem}. It stays as it is.',
  'index-damaged': 'The index is damaged ({problem}); “trainyard doctor --rebuild” makes it again from the files.',
  'run-file-broken': '{file} cannot be read: {problem}. What was asked of this run is unknown.',
  'name-shared': 'The name {name} is shared by {count} runs; the newest is meant.',
  'artifact-outside': 'The artifact {name} names {path}, which lies outside the run; it is left out.',
  'artifact-missing': 'The artifact {path} does not exist.',
  'artifact-changed': 'The artifact {path} is not what was recorded: its SHA-256 differs.',
  'artifact-failed': 'The artifact {path} could not be kept: {problem}',
  'git-failed': 'The state of the code could not be recorded: {problem}',
  'code-too-large': 'The state of the code was cut at {limit}; {omitted} files or folders are left out.',
  'may-be-killed': 'This system may end the run when {when}.',
  'run-not-opened': 'No run could be opened in {folder}: {problem}. Nothing is recorded.',
  'client-failed': '{call} failed: {problem}. What it was given is not recorded.',
  'hook-failed': 'The Python hook failed: {problem}',
  'no-hook': 'Python was started with {flag}, so arguments and exceptions were not recorded.',
  'value-unreadable': 'The parameter {name} could not be turned into JSON; its text was kept.',
} satisfies Record<string, string>;

export type WarningCode = keyof typeof warningMessages;
