import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useToasts } from './toasts.ts';

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
});
afterEach(() => vi.useRealTimers());

const message = { title: 'done', tone: 'success', icon: 'i-lucide-check' } as const;

test('a message leaves after its time', () => {
  const toasts = useToasts();
  toasts.add({ ...message, duration: 1000 });
  vi.advanceTimersByTime(999);
  expect(toasts.shown).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(toasts.shown).toHaveLength(0);
});

test('it stays while it is pointed at, and its time begins anew afterwards', () => {
  const toasts = useToasts();
  toasts.add({ ...message, duration: 1000 });
  toasts.hold(toasts.shown[0]!);
  vi.advanceTimersByTime(60_000);
  expect(toasts.shown).toHaveLength(1);
  toasts.release(toasts.shown[0]!);
  vi.advanceTimersByTime(1000);
  expect(toasts.shown).toHaveLength(0);
});

test('no more than four stand there, the newest last', () => {
  const toasts = useToasts();
  for (let i = 0; i < 6; i += 1) toasts.add({ ...message, title: String(i) });
  expect(toasts.shown.map((toast) => toast.title)).toEqual(['2', '3', '4', '5']);
});
