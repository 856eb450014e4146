import { bytesOf, doubleOf, eachField, floatOf, MalformedMessage, textOf, type WireField } from './wire.ts';

/** One value of a summary. At most one of what follows the plugin is set. */
export interface SummaryValue {
  tag: string;
  /** The plugin that its metadata names: `scalars`, `images`, `text`, … */
  plugin: string | undefined;
  pluginContent: Buffer | undefined;
  simple?: number;
  image?: Buffer;
  histogram?: Buffer;
  tensor?: Buffer;
  /** A kind that is not read, such as `audio`. */
  other?: string;
}

/** An Event of TensorFlow's event.proto, with what is not read only named. */
export interface EventMessage {
  /** Seconds since 1970, UTC. */
  wallTime: number;
  step: number;
  values: SummaryValue[];
  /** What it is about, where that is neither a summary nor of use for nobody: `graph`, `run_metadata`. */
  other?: string;
}

/** Values of one event: TensorFlow 1 merged some hundred into one. */
const mostValues = 100_000;

/** @throws MalformedMessage */
export function readEvent(message: Buffer): EventMessage {
  const event: EventMessage = { wallTime: 0, step: 0, values: [] };
  eachField(message, (field) => {
    if (field.number === 1) event.wallTime = doubleOf(field);
    else if (field.number === 2) event.step = field.varint;
    else if (field.number === 4 || field.number === 9) event.other = 'graph';
    else if (field.number === 5) readSummary(bytesOf(field), event.values);
    else if (field.number === 8) event.other = 'run_metadata';
  });
  return event;
}

function readSummary(message: Buffer, values: SummaryValue[]): void {
  eachField(message, (field) => {
    if (field.number !== 1) return;
    if (values.length >= mostValues) throw new MalformedMessage('an event has too many values');
    values.push(readValue(bytesOf(field)));
  });
}

function readValue(message: Buffer): SummaryValue {
  const value: SummaryValue = { tag: '', plugin: undefined, pluginContent: undefined };
  eachField(message, (field) => {
    switch (field.number) {
      case 1:
        value.tag = textOf(field);
        break;
      case 9:
        readMetadata(bytesOf(field), value);
        break;
      default:
        readKind(field, value);
    }
  });
  return value;
}

function readKind(field: WireField, value: SummaryValue): void {
  switch (field.number) {
    case 2:
      value.simple = floatOf(field);
      break;
    case 3:
      value.other = 'old histogram';
      break;
    case 4:
      value.image = bytesOf(field);
      break;
    case 5:
      value.histogram = bytesOf(field);
      break;
    case 6:
      value.other = 'audio';
      break;
    case 8:
      value.tensor = bytesOf(field);
  }
}

function readMetadata(message: Buffer, value: SummaryValue): void {
  eachField(message, (field) => {
    if (field.number !== 1) return;
    eachField(bytesOf(field), (part) => {
      if (part.number === 1) value.plugin = textOf(part);
      else if (part.number === 2) value.pluginContent = bytesOf(part);
    });
  });
}
