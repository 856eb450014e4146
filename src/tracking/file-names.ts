/** What the supervisor of a run saw; apart from what reads it, because a launch only makes the file. */
export const supervisorFile = 'supervisor.jsonl';
