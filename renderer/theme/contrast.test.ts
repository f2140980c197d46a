import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { chartPalettes } from './palette.ts';

/** Contrast of WCAG 2.2, 1.4.3: relative luminances of two sRGB colours. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, bl] = [1, 3, 5].map((i) => {
      const c = parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const css = readFileSync(path.join(import.meta.dirname, 'main.css'), 'utf8');
function block(selector: string): Record<string, string> {
  const body = new RegExp(`^${selector} \\{([^}]*)\\}`, 'm').exec(css)?.[1] ?? '';
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]));
}

test('the measure is right: black on white is 21 : 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
});

describe.each([
  { theme: 'light', colours: block(':root') },
  { theme: 'dark', colours: block('\\.dark') },
])('the $theme palette', ({ theme, colours }) => {
  const surfaces = ['ui-bg', 'ui-bg-muted', 'ui-bg-elevated', 'page', 'rail', 'warm', 'alarm'].map(
    (name) => colours[name]!,
  );
  const texts = Object.keys(colours).filter((name) =>
    /^ui-text($|-(dimmed|muted|toned|highlighted))/.test(name),
  );

  test('has every surface and text', () => {
    expect(surfaces.every(Boolean)).toBe(true);
    expect(texts).toHaveLength(5);
  });

  test.each(texts)('%s keeps 4.5 : 1 on every surface', (name) => {
    for (const surface of surfaces) expect(contrast(colours[name]!, surface)).toBeGreaterThanOrEqual(4.5);
  });

  test('borders of controls keep 3 : 1 on cards and page', () => {
    for (const surface of [colours['ui-bg']!, colours['page']!]) {
      expect(contrast(colours['ui-border-accented']!, surface)).toBeGreaterThanOrEqual(3);
    }
  });

  test('lines and words of charts keep 3 : 1 and 4.5 : 1 on a card', () => {
    const palette = chartPalettes[theme as 'light' | 'dark'];
    for (const line of [...palette.lines, palette.mark]) {
      expect(contrast(line, colours['ui-bg']!)).toBeGreaterThanOrEqual(3);
    }
    expect(contrast(palette.text, colours['ui-bg']!)).toBeGreaterThanOrEqual(4.5);
  });
});
