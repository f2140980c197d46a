import { createI18n } from 'vue-i18n';
import { en } from './en.ts';

type Leaves<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${K}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** Every text of the catalogue by its path: a text that does not exist does not compile. */
export type TextKey = Leaves<typeof en>;

export type TextFacts = Record<string, string | number>;

// Messages become syntax trees, never functions: the content policy forbids evaluating text.
export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  messages: { en },
  missingWarn: true,
  fallbackWarn: false,
});

const whole = new Intl.NumberFormat(i18n.global.locale.value, { maximumFractionDigits: 0 });

/** Text of the catalogue. With `count` the form for that many is chosen; `{n}` is the count. */
export function t(key: TextKey, facts: TextFacts = {}, count?: number): string {
  return count === undefined
    ? i18n.global.t(key, facts)
    : i18n.global.t(key, { n: whole.format(count), ...facts }, count);
}

export const locale = () => i18n.global.locale.value;
