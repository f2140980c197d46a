import { describe, expect, test } from 'vitest';
import { format, noValue } from './format.ts';

const f = format('en');

describe('format', () => {
  test('a length of time is rounded to what matters', () => {
    expect([0.2, 42, 59.6, 90, 600, 3600, 5400, 36_500, 200_000].map(f.duration)).toEqual([
      '1 sec',
      '42 sec',
      '1 min',
      '2 min',
      '10 min',
      '1 hr',
      '1 hr 30 min',
      '10 hr',
      '2 days',
    ]);
  });

  test('a range whose ends round alike is one length of time', () => {
    expect(f.durationRange({ low: 118, high: 121 })).toBe('2 min');
    expect(f.durationRange({ low: 120, high: 240 })).toBe('2 min – 4 min');
  });

  test('a missing or broken number is a dash', () => {
    expect(f.fixed(null)).toBe(noValue);
    expect(f.fixed(Number.NaN)).toBe(noValue);
    expect(f.fixed(Number.POSITIVE_INFINITY)).toBe(noValue);
    expect(f.fixed(1234.567, 1)).toBe('1,234.6');
  });

  test('a value that rounds to zero has no sign', () => {
    expect(f.fixed(-0.001)).toBe('0.00');
    expect(f.fixed(-0.5)).toBe('-0.50');
  });

  test('sizes use the decimal units of file managers', () => {
    expect([512, 2_100_000, 8_000_000_000].map(f.bytes)).toEqual(['512 byte', '2.1 MB', '8 GB']);
  });
});
