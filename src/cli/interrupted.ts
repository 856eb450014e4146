/** The exit code of a command that a person ended by Ctrl-C, as shells give it. */
export const interrupted = 130;
