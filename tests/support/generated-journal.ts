import fc from 'fast-check';

const value = fc.oneof(
  fc.double().map((number) => (Number.isFinite(number) ? String(number) : `"${number}"`)),
  fc.integer({ min: -5, max: 2000 }).map((number) => `${number}.0`),
  fc.integer({ min: -5, max: 2000 }).map(String),
  fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 5, max: 300 })).map(([m, e]) => `${m / 100}e-${e}`),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((number) => number.toPrecision(17)),
  fc.constantFrom(
    '1.50',
    '1E5',
    '1e5',
    '1e+16',
    '1e-05',
    '0.00001',
    '-0.0',
    '-0',
    '0.1',
    '12345678901234567890',
    '1e999',
  ),
  fc.constantFrom('"NaN"', '"Infinity"', '"-Infinity"', 'NaN', '"text"', 'null', 'true', '[1]', ''),
);

const shape = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });

/** Metric records as one writer makes them one after the other, of one form or another. */
const metricLines = fc
  .tuple(
    shape,
    fc.constantFrom(',', ', '),
    fc.constantFrom('\n', '\n', '\r\n'),
    fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { maxLength: 60 }),
  )
  .map(([ids, comma, end, rows]) =>
    rows
      .map((row, index) => {
        const pairs = ids.flatMap((id, pair) => [id, row[pair]]);
        return `\u001e[${[index * 17, index, ...pairs].join(comma)}]${end}`;
      })
      .join(''),
  );

/** As the product's own writers make them: whole, plain, of one shape. */
const plainLines = fc
  .tuple(fc.nat(9), fc.nat(1e9), fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 200 }))
  .map(([id, first, values]) =>
    values.map((one, index) => `\u001e[${first + index * 31},${index},${id},${one}]\n`).join(''),
  );

const record = fc
  .oneof(
    fc.record({ kind: fc.constant('name'), id: fc.nat(9), name: fc.string({ unit: 'grapheme' }) }),
    fc.record({
      kind: fc.constant('params'),
      t: fc.nat(),
      source: fc.constant('client'),
      values: fc.dictionary(fc.string(), fc.jsonValue()),
    }),
    fc.record({ kind: fc.string(), t: fc.nat(), more: fc.jsonValue() }),
    fc.jsonValue(),
  )
  .map((json) => `\u001e${JSON.stringify(json)}\n`);

const torn = fc.oneof(
  fc.constantFrom(
    '\u001e[12,3,0,0.5',
    '\u001e{"kind":"ta',
    '\u001e',
    '\n',
    '\n\u001e',
    '\u001e\u001e\n',
    '\u001e[]\n',
    '\u001e[1,2]\n',
    '\u001e[1,2,3,]\n',
  ),
  fc.string({ unit: 'binary' }),
);

/** The bytes of a journal's file, whatever may come to stand in one. */
export const anyJournal = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: plainLines.map((text) => Buffer.from(text)) },
      { weight: 3, arbitrary: metricLines.map((text) => Buffer.from(text)) },
      { weight: 2, arbitrary: record.map((text) => Buffer.from(text)) },
      { weight: 1, arbitrary: torn.map((text) => Buffer.from(text)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts));
