import themeColors from './themes.json' with { type: 'json' };

export type ThemeName = keyof typeof themeColors;

const kinds: Record<ThemeName, string> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light vscode-high-contrast',
};

/** The custom properties and the body's class that VS Code gives a webview, read from a real one with its default themes. */
export function theme(name: ThemeName): { kind: string; colors: Record<string, string> } {
  return { kind: kinds[name], colors: themeColors[name] };
}
