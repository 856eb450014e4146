export { liveness } from '../base/process-identity.ts';
export { chooseInterpreter, findInterpreters } from './interpreters.ts';
export { type Launched, launch } from './launch.ts';
export { rerunRequest } from './rerun.ts';
export { stopRun } from './stop.ts';
