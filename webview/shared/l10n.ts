let strings: Readonly<Record<string, string>> = {};
let locale = 'en';

export function setLanguage(start: { strings: Record<string, string>; locale: string }): void {
  strings = start.strings;
  const known = Intl.NumberFormat.supportedLocalesOf(canonical(start.locale));
  locale = known[0] ?? 'en';
}

function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}

/** The user's language for numbers and times. */
export function language(): string {
  return locale;
}

/** An English sentence in the user's language; `{name}` stands for a value. */
export function t(english: string, values: Readonly<Record<string, string | number>> = {}): string {
  const template = Object.hasOwn(strings, english) ? (strings[english] ?? english) : english;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** The sentence that goes with a number in the user's language. */
export function plural(count: number, one: string, other: string): string {
  return new Intl.PluralRules(locale).select(count) === 'one' ? one : other;
}
