import { connect } from 'node:net';
import { type ControlAnswer, type ControlRequest, controlPath, isControlFolderOwn } from '../base/control-socket.ts';
import { parseJson } from '../base/json.ts';

const patience = 3_000;
const longestAnswer = 10_000;

/** Asks a run's supervisor for something; null where none answers. */
export function askSupervisor(run: string, request: ControlRequest): Promise<ControlAnswer | null> {
  if (!isControlFolderOwn()) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = connect(controlPath(run));
    let text = '';
    const settle = (answer: ControlAnswer | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(null), patience);
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.length > longestAnswer) settle(null);
    });
    socket.on('error', () => settle(null));
    socket.on('close', () => settle(parseAnswer(text)));
  });
}

function parseAnswer(text: string): ControlAnswer | null {
  const answer = parseJson(text);
  return typeof answer === 'object' && answer !== null && 'ok' in answer ? (answer as ControlAnswer) : null;
}
