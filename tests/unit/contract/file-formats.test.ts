import assert from 'node:assert/strict';
import { formatOf, mayHaveFormat } from '../../../src/contract/file-formats.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const pickle = (...modules: string[]) => `\x80\x04\x95\x00\x00${modules.map((one) => `\x8c\x10${one}`).join('')}`;
const torchZip = 'PK\x03\x04\x00\x00\x08\x08\x00\x00\x00\x00\x00\x00archive/data.pklFB';

describe('what a file is', () => {
  const known: [name: string, head: string, what: string, format: string][] = [
    ['a.pt', torchZip, 'model', 'torch'],
    ['last.CKPT', torchZip, 'model', 'torch'],
    ['old.pth', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.', 'model', 'torch'],
    ['m.safetensors', '\x10\0\0\0\0\0\0\0{"a":{}}', 'model', 'safetensors'],
    ['m.keras', 'PK\x03\x04metadata.json', 'model', 'keras'],
    ['m.h5', '\x89HDF\r\n\x1a\n..keras_version..', 'model', 'keras'],
    ['m.weights.h5', '\x89HDF\r\n\x1a\n', 'model', 'keras'],
    ['m.onnx', '\b\x07\x12\x07pytorch', 'model', 'onnx'],
    ['m.ubj', '{L\0\0\0\0\0\0\0\x07learner', 'model', 'xgboost'],
    ['m.json', '{"learner":{"attributes":{}}}', 'model', 'xgboost'],
    ['m.txt', 'tree\nversion=v4\nnum_class=1', 'model', 'lightgbm'],
    ['m.json', '{"name": "tree", "version": "v4"', 'model', 'lightgbm'],
    ['m.cbm', 'CBM1....', 'model', 'catboost'],
    ['m.pkl', pickle('sklearn.linear_model._logistic'), 'model', 'sklearn'],
    ['m.pkl', pickle('lightgbm.basic'), 'model', 'lightgbm'],
    ['m.pkl', pickle('xgboost.sklearn', 'sklearn.base.x'), 'model', 'xgboost'],
    ['m.joblib', pickle('sklearn.ensemble._forest'), 'model', 'sklearn'],
    ['m.joblib', 'x\x9c...', 'model', 'joblib'],
    ['a.png', '\x89PNG\r\n\x1a\n', 'figure', 'png'],
    ['a.JPG', '\xff\xd8\xff\xe0', 'figure', 'jpeg'],
    ['a.svg', '<?xml version="1.0"?>\n<svg xmlns', 'figure', 'svg'],
    ['a.pdf', '%PDF-1.4', 'figure', 'pdf'],
  ];
  for (const [name, head, what, format] of known) {
    it(`is a ${format} ${what} in ${name}`, () => {
      assert.ok(mayHaveFormat(name));
      assert.deepEqual(formatOf(name, bytes(head)), { what, format });
    });
  }

  const others: [name: string, head: string][] = [
    ['data.pkl', pickle('pandas.core.frame')],
    ['bunch.pkl', pickle('sklearn.utils._bunch.')],
    ['params.json', '{"lr": 0.1, "learner": "x"}'],
    ['notes.txt', 'tree of life'],
    ['data.h5', '\x89HDF\r\n\x1a\n'],
    ['cut.pt', ''],
    ['fake.png', 'no picture'],
    ['model', torchZip],
  ];
  for (const [name, head] of others) {
    it(`is nothing special in ${name} (${JSON.stringify(head.slice(0, 12))})`, () => {
      assert.equal(formatOf(name, bytes(head)), undefined);
    });
  }
});
