/** The option that keeps a Python from loading what Trainyard puts on its path, as written; undefined where there is none. */
export function hookStoppingOption(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (!word.startsWith('-') || word.startsWith('--') || word.startsWith('-c') || word.startsWith('-m'))
      return undefined;
    if (word === '-W' || word === '-X') at++;
    else if (/^-[A-Za-z]*[IES]/.test(word) && !/^-[WX]/.test(word)) return word;
  }
  return undefined;
}

/** Whether a program is a Python, as its name tells. */
export function isPythonName(name: string): boolean {
  return /^(python|pypy)[\d.]*(\.exe)?$/i.test(name);
}
