import type { ParameterValue } from './journal.ts';

/** What stands in the place of a secret. */
export const masked = '***';

/** Splits `apiKey`, `API_KEY`, `--api-key` and `db.apiKey2` into words without capitals and digits. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

const set = (words: string) => new Set(words.split(' '));

/** Names that end so are about a secret, and hold none. */
const aboutSecrets = set(
  'count counts dim dims size len length num number file files path paths dir folder type kind mode method policy enabled ' +
    'disabled required expiry ttl timeout ratio rate loss limit min max url uri endpoint host provider field column prefix suffix class',
);
const flags = set('use no is has with without allow enable disable require requires num n max min count skip');
const secretWords = set(
  'password passwords passwd passphrase passcode secret secrets credential credentials authorization apikey apikeys apitoken accesskey ' +
    'accesstoken authtoken authkey secretkey privatekey bearer jwt oauth cookie cookies',
);
/** What makes a secret of a key: `api_key`, not `sort_key`. */
const keyWords = set(
  'api access secret private auth account storage signing encryption decryption master deploy ssh service license subscription shared ' +
    'app consumer session write admin client webhook hmac',
);
/** What makes text of a token: `pad_token` belongs to a vocabulary. */
const vocabulary = set(
  'pad eos bos unk sep cls mask special next per each start stop end image audio video text prompt new extra added additional first last ' +
    'begin input output target source class dist distillation register sos sequence decoder encoder blank separator num max min total by ' +
    'bot eot boi eoi think tool fim previous current single every word sub',
);
const passWords = set('db database user smtp ftp mail email admin root redis mongo mysql postgres pg proxy ssh login');

/** Whether what has this name is a secret, as far as a name tells: of a variable, an option, a parameter. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  if (aboutSecrets.has(last)) return false;
  if (last === 'token') return words.length === 1 || !vocabulary.has(before);
  if (words.length > 1 && flags.has(words[0] as string)) return false;
  if (words.some((word) => secretWords.has(word) || /.(password|passwd)$/.test(word))) return true;
  if (last === 'auth' || last === 'pat') return last === 'auth' || words.length > 1;
  if (last === 'pwd') return words.length > 1 && before !== 'old';
  if (last === 'pass') return passWords.has(before);
  return words.some((word, index) => (word === 'key' || word === 'keys') && keyWords.has(words[index - 1] ?? ''));
}

/** Values that no secret has, whatever it is called. */
const plain = /^(|true|false|none|null|nil|yes|no|on|off|0|1|\*+)$/i;

/** Whether a value is one that has to be hidden where its name is a secret's. */
export function isSecretValue(value: string): boolean {
  return !plain.test(value);
}

interface Pattern {
  /** One of these is in every text that the pattern is found in: to look for them first costs little. */
  signs: string[];
  /** The first group stays, the second is the secret. */
  shape: RegExp;
}

/** Secrets that are known by their form. The same as in python/_trainyard/masking.py; tests/fixtures/secrets.json holds for both. */
const patterns: Pattern[] = [
  { signs: ['AKIA', 'ASIA'], shape: /()\b((?:AKIA|ASIA)[A-Z0-9]{16})\b/g },
  { signs: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], shape: /()\b(gh[pousr]_[A-Za-z0-9]{30,255})/g },
  { signs: ['github_pat_'], shape: /()\b(github_pat_[A-Za-z0-9_]{22,255})/g },
  { signs: ['glpat-'], shape: /()\b(glpat-[\w-]{20,255})/g },
  {
    signs: ['sk-'],
    shape: /()(?<![\w-])(sk-(?:(?:proj|ant|or|svcacct|admin|lf)-[\w-]{16,255}|[A-Za-z0-9]{20,255}))/g,
  },
  { signs: ['_live_', '_test_'], shape: /()\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255})/g },
  { signs: ['xox'], shape: /()\b(xox[abeoprs]-[A-Za-z0-9-]{10,255})/g },
  { signs: ['hooks.slack.com'], shape: /(hooks\.slack\.com\/services\/)([\w/]{20,255})/g },
  { signs: ['AIza'], shape: /()\b(AIza[\w-]{35})/g },
  { signs: ['ya29.'], shape: /()\b(ya29\.[\w-]{20,1024})/g },
  { signs: ['hf_'], shape: /()\b(hf_[A-Za-z0-9]{30,255})/g },
  { signs: ['npm_'], shape: /()\b(npm_[A-Za-z0-9]{36})/g },
  { signs: ['pypi-AgE'], shape: /()\b(pypi-AgE[\w-]{50,1024})/g },
  { signs: ['dapi'], shape: /()\b(dapi[0-9a-f]{32})/g },
  { signs: ['wandb_v1_'], shape: /()\b(wandb_v1_[\w-]{20,255})/g },
  { signs: ['SG.'], shape: /()\b(SG\.[\w-]{16,64}\.[\w-]{16,128})/g },
  { signs: ['eyJ'], shape: /()\b(eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{0,4096})/g },
  {
    signs: ['PRIVATE KEY-----'],
    shape: /(-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY-----)((?:[^-]|-(?!----)){1,16384})/g,
  },
  { signs: ['://'], shape: /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@"'<>]{0,255}:)([^\s/?#"'<>]{1,512})(?=@)/gi },
  {
    signs: ['sig=', 'Signature=', 'signature=', 'oken=', '_key=', 'apikey=', 'password=', 'secret='],
    shape:
      /([?&](?:sig|signature|token|access_token|auth_token|id_token|api_key|apikey|password|client_secret|secret|x-amz-signature|x-amz-security-token|x-goog-signature)=)([^&\s"'<>#]{6,2048})/gi,
  },
  {
    signs: ['uthorization', 'UTHORIZATION'],
    shape: /(\bauthorization["']?\s{0,8}[:=]\s{0,8}["']?(?:bearer|basic|token)\s{1,8})([\w.~+/=-]{8,4096})/gi,
  },
  { signs: ['earer '], shape: /(\bbearer )([\w.~+/=-]{20,4096})/gi },
  {
    signs: ['assword', 'wd=', 'AccountKey', 'SharedAccess'],
    shape:
      /(;\s{0,8}(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)\s{0,8}=\s{0,8})([^;\s"']{4,512})/gi,
  },
];

/** From and to, the second outside; in order, and apart from each other. */
export type Span = [number, number];

const shortest = 6;

/** Whether a value is long enough, and rare enough, to be looked for in what a run says. */
export function isFindable(value: string): boolean {
  return value.length >= shortest && !/^\d{1,7}$/.test(value) && isSecretValue(value);
}

/** Where secrets stand in a text: the given ones, also as a URL or JSON would write them, and those that are known by their form. */
export function secretSpans(text: string, values: readonly string[] = []): Span[] {
  const found: Span[] = [];
  for (const value of new Set(values.filter(isFindable).flatMap(writings))) {
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length)) {
      found.push([at, at + value.length]);
    }
  }
  for (const { signs, shape } of patterns) {
    if (!signs.some((sign) => text.includes(sign))) continue;
    for (const match of text.matchAll(shape)) {
      const [, kept = '', secret = ''] = match;
      if (secret !== masked) found.push([match.index + kept.length, match.index + kept.length + secret.length]);
    }
  }
  return joined(found);
}

function writings(value: string): string[] {
  return [value, encodeURIComponent(value.replace(/[\ud800-\udfff]/gu, '')), JSON.stringify(value).slice(1, -1)];
}

function joined(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1);
    if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
    else result.push([...span]);
  }
  return result;
}

/** The text with `***` in the place of its secrets. */
export function maskSecrets(text: string, values: readonly string[] = []): string {
  let result = '';
  let at = 0;
  for (const [from, to] of secretSpans(text, values)) {
    result += text.slice(at, from) + masked;
    at = to;
  }
  return result + text.slice(at);
}

/** A value, whatever is in it, without what its name or its form tells to be a secret. */
export function maskValue(name: string, value: ParameterValue): ParameterValue {
  if (typeof value === 'string') return isSecretName(name) && isSecretValue(value) ? masked : maskSecrets(value);
  if (typeof value === 'number') return isSecretName(name) && isSecretValue(String(value)) ? masked : value;
  if (Array.isArray(value)) return value.map((item) => maskValue(name, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue(innerName(name, key), item)]));
}

/** What belongs to a secret is one, unless it is its `user`. What says little alone, such as the `key` of an `api`, says more with it. */
function innerName(outer: string, inner: string): string {
  if (isSecretName(outer) && !/^(name|user|username|id)$/i.test(inner)) return outer;
  const both = `${outer}_${inner}`;
  return /^(pass|pwd|key|keys)$/i.test(inner) && isSecretName(both) ? both : inner;
}

/** A secret that was taken out of a list of arguments or of an environment. */
export interface FoundSecret {
  /** The argument's place in the list; the variable's name. */
  at: number | string;
  /** What a person calls it: `--api-key`, `WANDB_API_KEY`, or the number of an argument without a name. */
  name: string;
  values: string[];
}

/** Arguments without their secrets: `--api-key X`, `--api-key=X`, `db.password=X`, and what is known by its form. */
export function maskArguments(given: readonly string[]): { args: string[]; found: FoundSecret[] } {
  const found: FoundSecret[] = [];
  const args = given.map((argument, at) => {
    const own = namedArgument.exec(argument);
    const before = given[at - 1];
    if (own && isSecretName(own[2] as string)) {
      const [, start = '', , value = ''] = own;
      if (!isSecretValue(value)) return argument;
      found.push({ at, name: start.slice(0, -1), values: [value] });
      return start + masked;
    }
    if (before !== undefined && optionAlone.test(before) && isSecretName(before) && !argument.startsWith('-')) {
      if (!isSecretValue(argument)) return argument;
      found.push({ at, name: before, values: [argument] });
      return masked;
    }
    const { text, values } = maskForms(argument);
    if (values.length === 0) return argument;
    const name = own ? (own[1] as string).slice(0, -1) : undefined;
    const option = before !== undefined && optionAlone.test(before) ? before : undefined;
    found.push({ at, name: name ?? option ?? String(at + 1), values });
    return text;
  });
  return { args, found };
}

/** A text that has `***` of its own is hidden whole, so that every `***` stands for one secret. */
function maskForms(text: string): { text: string; values: string[] } {
  const spans = secretSpans(text);
  if (spans.length > 0 && text.includes(masked)) return { text: masked, values: [text] };
  return { text: maskSecrets(text), values: spans.map(([from, to]) => text.slice(from, to)) };
}

/** Where arguments have `***` for a secret, as a record shows it. */
export function maskedPlaces(given: readonly string[]): { at: number; name: string }[] {
  return given.flatMap((argument, at) => {
    const [, start, name] = namedArgument.exec(argument) ?? [];
    const before = given[at - 1] ?? '';
    if (start !== undefined && argument === start + masked && isSecretName(name as string)) {
      return [{ at, name: start.slice(0, -1) }];
    }
    if (argument === masked && optionAlone.test(before) && isSecretName(before)) return [{ at, name: before }];
    return argument.includes(`:${masked}@`) ? [{ at, name: argument }] : [];
  });
}

const namedArgument = /^((?:--?|\+{1,2}|~)?([A-Za-z_][\w.@/-]*)=)([\s\S]*)$/;
const optionAlone = /^--?[A-Za-z][\w.-]*$/;

/** Variables without their secrets. */
export function maskVariables(given: Readonly<Record<string, string>>): {
  variables: Record<string, string>;
  found: FoundSecret[];
} {
  const found: FoundSecret[] = [];
  const variables = Object.entries(given).map(([name, value]): [string, string] => {
    if (isSecretName(name)) {
      if (!isSecretValue(value)) return [name, value];
      found.push({ at: name, name, values: [value] });
      return [name, masked];
    }
    const { text, values } = maskForms(value);
    if (values.length > 0) found.push({ at: name, name, values });
    return [name, text];
  });
  return { variables: Object.fromEntries(variables), found };
}

/** The values in an environment that have a secret's name, so that they can be found in what a run says. */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) =>
    isSecretName(name) && isFindable(value) ? [value] : [],
  );
}
