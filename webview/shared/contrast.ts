type Rgb = readonly [red: number, green: number, blue: number];

/** Red, green and blue from 0 to 255 of a colour as `#rgb`, `#rrggbb`, `#rrggbbaa` or `rgb(…)`; null of any other. */
export function parseColor(color: string): Rgb | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(color.trim())?.[1];
  if (hex) {
    const size = hex.length <= 4 ? 1 : 2;
    const part = (index: number) => Number.parseInt(hex.slice(index * size, (index + 1) * size).repeat(3 - size), 16);
    return [part(0), part(1), part(2)];
  }
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(color.trim());
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : null;
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((level) => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG's contrast ratio, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour, moved towards black or white until it can be read on the background. */
export function readable(color: string, background: string, least = 4.5): string {
  const text = parseColor(color);
  const ground = parseColor(background);
  if (!text || !ground || contrast(text, ground) >= least) return color;
  const target = contrast([255, 255, 255], ground) > contrast([0, 0, 0], ground) ? 255 : 0;
  for (let share = 0.1; share < 1; share += 0.1) {
    const moved = text.map((level) => Math.round(level + (target - level) * share)) as unknown as Rgb;
    if (contrast(moved, ground) >= least) return `rgb(${moved.join(', ')})`;
  }
  return target === 255 ? '#ffffff' : '#000000';
}
