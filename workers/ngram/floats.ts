/** Decimal numbers as ARPA files have them. */

const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

/**
 * The number written at bytes[start, end), NaN when it is none. Up to 15 digits and a scale below 10^22 need one
 * exact product or quotient; the rest is left to `Number`.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const negative = bytes[i] === 45;
  if (negative || bytes[i] === 43) i++;
  let digits = 0;
  let scale = 0;
  let value = 0;
  let point = false;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 48 && byte <= 57) {
      value = value * 10 + (byte - 48);
      if (value > 0) digits++;
      if (point) scale++;
    } else if (byte === 46 && !point) point = true;
    else return parseSlowly(bytes, start, end);
  }
  if (digits > 15 || scale > 22 || end === start) return parseSlowly(bytes, start, end);
  value /= POWERS[scale]!;
  return negative ? -value : value;
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 64))).toLowerCase();
  if (/^[+-]?inf(inity)?$/.test(text)) return text[0] === '-' ? -Infinity : Infinity;
  return text === '' ? NaN : Number(text);
}

/** The shortest decimal that gives the same 32-bit float back. */
export function shortestFloat32(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
