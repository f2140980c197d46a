import { AsyncIteratorClass } from '@orpc/server';

/** A feed that is written on one side and read on the other. */
export interface Channel<T> {
  push(value: T): void;
  end(): void;
  fail(error: unknown): void;
  /** Values not read yet. */
  readonly waiting: number;
  /** Drops what has not been read. */
  drop(): void;
  readonly reader: AsyncIteratorClass<T, void, void>;
}

/**
 * Reading begins when the channel is made, not at the first `next`: nothing written in between is lost.
 * `onEnd` is called once, when it ended or the reader left.
 */
export function openChannel<T>(onEnd: () => void): Channel<T> {
  const values: T[] = [];
  let last: { error?: unknown } | undefined;
  let wake = () => {};
  const left = () => {
    last ??= {};
    wake();
    onEnd();
  };
  const reader = new AsyncIteratorClass<T, void, void>(
    async () => {
      for (;;) {
        const value = values.shift();
        if (value !== undefined) return { done: false, value };
        if (last && 'error' in last) throw last.error;
        if (last) return { done: true, value: undefined };
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    async () => left(),
  );
  const finish = (end: { error?: unknown }) => {
    last ??= end;
    wake();
  };
  return {
    push(value) {
      if (last) return;
      values.push(value);
      wake();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    get waiting() {
      return values.length;
    },
    drop: () => void values.splice(0),
    reader,
  };
}
