import type { Shade } from './theme.ts';

/** Colours of charts as values: 3 : 1 and more on their surface, apart for the common kinds of colour blindness. */
export interface ChartPalette {
  readonly axis: string;
  readonly grid: string;
  readonly text: string;
  readonly mark: string;
  readonly lines: readonly string[];
}

export const chartPalettes: Readonly<Record<Shade, ChartPalette>> = {
  light: {
    axis: '#808ca0',
    grid: '#e6e9f0',
    text: '#4d5a6e',
    mark: '#b3261e',
    lines: ['#4650d8', '#b45309', '#0f766e', '#9d2f8f', '#1f6fb2', '#6b5b00', '#7a3b1d', '#3d4757'],
  },
  dark: {
    axis: '#66748e',
    grid: '#263045',
    text: '#a3afc3',
    mark: '#ff8f8f',
    lines: ['#93a0fa', '#f0a95b', '#4fcfb6', '#e58fdb', '#72bdf2', '#d9c65a', '#e8a184', '#b9c4d6'],
  },
};
