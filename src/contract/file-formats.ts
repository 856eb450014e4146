import type { FileRole } from './file-record.ts';

/** What a file is by its name and its first bytes. */
export interface FileFormat {
  what: Exclude<FileRole, 'data'>;
  format: string;
}

/** So many of a file's first bytes tell its format. */
export const headBytes = 65_536;
/** Where this file lies, the folder around it is a model of TensorFlow. */
export const savedModelFile = 'saved_model.pb';

interface Rule extends FileFormat {
  suffixes: readonly string[];
  /** @param head the first bytes, a character each */
  fits(head: string): boolean;
}

const starts =
  (...beginnings: string[]) =>
  (head: string) =>
    beginnings.some((one) => head.startsWith(one));
const zip = 'PK\u0003\u0004';
const hdf5 = '\u0089HDF\r\n\u001a\n';
const ubjson = /^\{[iIlLU][\s\S]{1,8}learner/;
const lightgbmJson = /^\s*\{\s*"name":\s*"tree",\s*"version"/;
const xgboostJson = /^\s*\{\s*"(learner|version)"/;

/** A pickle of protocol 2 or newer, whose first part names one of these modules. */
const pickled =
  (...modules: string[]) =>
  (head: string) =>
    head[0] === '\u0080' && modules.some((one) => head.includes(one));
const pickles = ['.pkl', '.pickle', '.joblib', '.sav', '.model'];
const estimator = /sklearn\.(?!utils\._bunch|datasets)[a-z_]+\./;

/** In the order in which they are tried. */
const rules: readonly Rule[] = [
  {
    what: 'model',
    format: 'torch',
    suffixes: ['.pt', '.pth', '.ckpt', '.bin', '.tar'],
    fits: (head) =>
      (head.startsWith(zip) && head.slice(0, 1_000).includes('data.pkl')) ||
      head.startsWith('\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019'),
  },
  {
    what: 'model',
    format: 'safetensors',
    suffixes: ['.safetensors'],
    fits: (head) => head.startsWith('{', 8) && head.slice(5, 8) === '\0\0\0',
  },
  {
    what: 'model',
    format: 'keras',
    suffixes: ['.keras'],
    fits: (head) => head.startsWith(zip),
  },
  {
    what: 'model',
    format: 'keras',
    suffixes: ['.h5', '.hdf5', '.keras'],
    fits: (head) =>
      head.startsWith(hdf5) && ['keras_version', 'model_weights', 'layer_names'].some((one) => head.includes(one)),
  },
  { what: 'model', format: 'keras', suffixes: ['.weights.h5'], fits: starts(hdf5) },
  { what: 'model', format: 'onnx', suffixes: ['.onnx'], fits: starts('\b') },
  { what: 'model', format: 'catboost', suffixes: ['.cbm', '.bin', '.model'], fits: starts('CBM1') },
  { what: 'model', format: 'tflite', suffixes: ['.tflite'], fits: (head) => head.startsWith('TFL3', 4) },
  { what: 'model', format: 'gguf', suffixes: ['.gguf'], fits: starts('GGUF') },
  {
    what: 'model',
    format: 'xgboost',
    suffixes: ['.ubj', '.json', '.bst', '.xgb', '.model', '.bin'],
    fits: (head) => ubjson.test(head) || head.startsWith('binf') || isXgboostJson(head),
  },
  { what: 'model', format: 'lightgbm', suffixes: ['.json'], fits: (head) => lightgbmJson.test(head) },
  { what: 'model', format: 'lightgbm', suffixes: ['.txt', '.lgb', '.model'], fits: starts('tree\nversion=') },
  { what: 'model', format: 'xgboost', suffixes: pickles, fits: pickled('xgboost.sklearn', 'xgboost.core') },
  { what: 'model', format: 'lightgbm', suffixes: pickles, fits: pickled('lightgbm.sklearn', 'lightgbm.basic') },
  { what: 'model', format: 'catboost', suffixes: pickles, fits: pickled('catboost.core') },
  {
    what: 'model',
    format: 'sklearn',
    suffixes: pickles,
    fits: (head) => pickled('sklearn.')(head) && estimator.test(head),
  },
  { what: 'model', format: 'torch', suffixes: pickles, fits: pickled('torch.nn') },
  // A compressed dump does not say what is in it; nearly always it is an estimator.
  {
    what: 'model',
    format: 'joblib',
    suffixes: ['.joblib'],
    fits: starts('x\u0001', 'x^', 'x\u009c', 'x\u00da', '\u001f\u008b', 'BZh', '\u00fd7zXZ', 'ZF'),
  },
  { what: 'figure', format: 'png', suffixes: ['.png'], fits: starts('\u0089PNG\r\n\u001a\n') },
  { what: 'figure', format: 'jpeg', suffixes: ['.jpg', '.jpeg'], fits: starts('\u00ff\u00d8\u00ff') },
  { what: 'figure', format: 'gif', suffixes: ['.gif'], fits: starts('GIF87a', 'GIF89a') },
  {
    what: 'figure',
    format: 'webp',
    suffixes: ['.webp'],
    fits: (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8),
  },
  { what: 'figure', format: 'svg', suffixes: ['.svg'], fits: (head) => head.includes('<svg') },
  { what: 'figure', format: 'pdf', suffixes: ['.pdf'], fits: starts('%PDF-') },
];

/** Parameters are written as JSON, too; only a model has a learner with a gradient booster. */
function isXgboostJson(head: string): boolean {
  return xgboostJson.test(head) && head.includes('"learner"');
}

/** Whether the name says that a look at the first bytes is worth while. */
export function mayHaveFormat(name: string): boolean {
  return rules.some((rule) => hasSuffix(name, rule));
}

/** @param head the first bytes of the file, at most `headBytes` of them are looked at */
export function formatOf(name: string, head: Uint8Array): FileFormat | undefined {
  const text = byteCharacters(head.subarray(0, headBytes));
  const found = rules.find((rule) => hasSuffix(name, rule) && rule.fits(text));
  return found && { what: found.what, format: found.format };
}

/** A character for each byte. */
function byteCharacters(bytes: Uint8Array): string {
  const step = 8_192;
  let text = '';
  for (let start = 0; start < bytes.length; start += step) {
    text += String.fromCharCode(...bytes.subarray(start, start + step));
  }
  return text;
}

function hasSuffix(name: string, { suffixes }: Rule): boolean {
  const lower = name.toLowerCase();
  return suffixes.some((suffix) => lower.endsWith(suffix));
}
