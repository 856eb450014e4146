export { liveness } from '../base/process-identity.ts';
export { type FindOptions, findScripts } from './arguments/find-scripts.ts';
export { readScriptForm, type ScriptReading } from './arguments/script-form.ts';
export { chooseInterpreter, findInterpreters } from './interpreters.ts';
export { type Launched, launch } from './launch.ts';
export { rerunRequest } from './rerun.ts';
export { stopRun } from './stop.ts';
