/** Numbers, times and sizes as a person reads them. The language is passed in, so that nothing here knows a catalogue. */

export interface Format {
  /** Whole number with separators. */
  count(value: number): string;
  /** With so many digits after the point; `–` for null. */
  fixed(value: number | null, digits?: number): string;
  /** 0 to 1 as a percentage. */
  percent(share: number, digits?: number): string;
  bytes(value: number): string;
  /** A length of time, rounded to what matters. */
  duration(seconds: number): string;
  /** A guess: one length of time where both ends round to the same, otherwise a range. */
  durationRange(range: { low: number; high: number }): string;
  date(instant: number): string;
  time(instant: number): string;
}

export const noValue = '–';
const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function format(language: string): Format {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);

  function duration(seconds: number): string {
    if (seconds < 59.5) return unit(Math.max(1, Math.round(seconds)), 'second');
    if (seconds < 3570) return unit(Math.round(seconds / 60), 'minute');
    const minutes = Math.round(seconds / 60);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    if (hours >= 48) return unit(Math.round(hours / 24), 'day');
    return rest === 0 || hours >= 10
      ? unit(Math.round(minutes / 60), 'hour')
      : `${unit(hours, 'hour')} ${unit(rest, 'minute')}`;
  }

  return {
    count: (value) => whole.format(value),
    fixed: (value, digits = 2) => {
      if (value === null || !Number.isFinite(value)) return noValue;
      const shown = new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: 'negative',
      }).format(value);
      return shown;
    },
    percent: (share, digits = 0) =>
      new Intl.NumberFormat(language, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(share),
    bytes: (value) => {
      let step = 0;
      let rest = value;
      while (rest >= 1000 && step < byteUnits.length - 1) {
        rest /= 1000;
        step += 1;
      }
      return unit(rest, byteUnits[step]!, rest < 10 && step > 1 ? 1 : 0);
    },
    duration,
    durationRange: ({ low, high }) => {
      const [from, to] = [duration(low), duration(high)];
      return from === to ? from : `${from} – ${to}`;
    },
    date: (instant) => day.format(instant),
    time: (instant) => clock.format(instant),
  };
}
