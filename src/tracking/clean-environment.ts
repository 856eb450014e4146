/** What the editor and its Node put into the environment for themselves; and what an outer run put there for its own. */
const foreign =
  /^(ELECTRON_.*|VSCODE_.*|NODE_OPTIONS|NODE_CHANNEL_.*|NODE_UNIQUE_ID|TRAINYARD_(RUN|RUN_DIR|STORE|PARENT_PID|RANK))$/i;

/** The environment as the user's own shell would give it to a program. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
  // Git's question for a password goes to the editor, which would not answer a program that outlives it.
  if (environment.VSCODE_GIT_ASKPASS_MAIN !== undefined) delete clean.GIT_ASKPASS;
  return clean;
}
