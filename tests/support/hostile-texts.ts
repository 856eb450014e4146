/** Texts that want to be more than text where they are shown. */
export const hostileTexts = {
  escape: 'a\u001b[2J\u001b[1;1Hspoofed\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007',
  link: '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  controls: 'a\u0000b\u0007c\u0008d\u009b31me\u007ff\u0085g',
  lines: 'one\r\ntwo\nthree\rfour\u2028five\u2029six',
  direction: 'model\u202egnp.exe\u202c \u2066x\u2069 \u061c\u200f',
  hidden: 'inv\u200bis\u2060ib\ufeffle\u{e0041}\u{e0042}\ufff9x\ufffb',
  html: '<img src=https://evil.example/x onerror="alert(1)"><script>alert(1)</script>',
  markdown: '![x](https://evil.example/x.png) [y](command:workbench.action.terminal.new) <https://evil.example> $(zap)',
  formula: '=HYPERLINK("https://evil.example","x")',
  command: "+cmd|' /C calc'!A0",
  template: `{0} {name} $${'{alert(1)}'} {{x}} %s`,
  path: '../../../../etc/passwd',
  proto: '__proto__',
  long: 'x'.repeat(10_000),
} as const;

/** What no terminal may be sent of it: controls but line ends and tabs, and what reorders or hides text. */
export const unsafeForTerminals =
  /(?![\t\n])\p{Cc}|[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
