import type { ParameterValue } from '../../contract/journal.ts';
import { bytesOf, doubleOf, eachField, textOf } from './wire.ts';

/**
 * The hyperparameters that the hparams plugin's data names for a session, from the plugin's plugin_data.proto; undefined where
 * the data is about something else.
 *
 * @throws MalformedMessage
 */
export function readHparams(pluginData: Buffer): Record<string, ParameterValue> | undefined {
  let start: Buffer | undefined;
  eachField(pluginData, (field) => {
    if (field.number === 3) start = bytesOf(field);
  });
  if (!start) return undefined;
  const entries: [string, ParameterValue][] = [];
  eachField(start, (field) => {
    if (field.number === 1) entries.push(readEntry(bytesOf(field)));
  });
  return Object.fromEntries(entries);
}

/** An entry of a `map<string, google.protobuf.Value>`. */
function readEntry(message: Buffer): [string, ParameterValue] {
  let name = '';
  let value: ParameterValue = null;
  eachField(message, (field) => {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) value = readProtobufValue(bytesOf(field));
  });
  return [name, value];
}

/** Lists and structures, which the plugin itself does not take, are null. */
function readProtobufValue(message: Buffer): ParameterValue {
  let value: ParameterValue = null;
  eachField(message, (field) => {
    if (field.number === 2) value = doubleOf(field);
    else if (field.number === 3) value = textOf(field);
    else if (field.number === 4) value = field.varint !== 0;
  });
  return value;
}
