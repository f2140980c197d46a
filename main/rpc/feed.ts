import type { AsyncIteratorClass } from '@orpc/server';
import type { AppEvent } from '../../contract/rpc.ts';
import { openChannel, type Channel } from './channel.ts';

export interface NumberedEvent {
  sequence: number;
  event: AppEvent;
}

/** Everything that changes, told to every window. */
export interface Feed {
  emit(event: AppEvent): void;
  /**
   * Events after the number `after`, or from now on. Begins with `reload` when some of them are no longer kept:
   * the number is too old, or from an earlier start of the workbench.
   */
  follow(after?: number): AsyncIteratorClass<NumberedEvent, void, void>;
  close(): void;
}

/** `first` must grow from one start of the workbench to the next; `kept` events can be caught up with. */
export function openFeed(first: number = Date.now() * 1000, kept = 4096): Feed {
  let sequence = first;
  const ring: NumberedEvent[] = [];
  const windows = new Set<Channel<NumberedEvent>>();

  const reload = (): NumberedEvent => ({ sequence, event: { kind: 'reload' } });
  const tell = (window: Channel<NumberedEvent>, numbered: NumberedEvent) => {
    if (window.waiting < kept) return window.push(numbered);
    // A window that does not read must not fill the memory.
    window.drop();
    window.push(reload());
  };

  return {
    emit(event) {
      sequence += 1;
      const numbered = { sequence, event };
      ring.push(numbered);
      if (ring.length > kept) ring.shift();
      for (const window of windows) tell(window, numbered);
    },
    follow(after) {
      const window = openChannel<NumberedEvent>(() => windows.delete(window));
      windows.add(window);
      if (after === undefined || after === sequence) return window.reader;
      const oldest = ring[0]?.sequence ?? sequence + 1;
      if (after > sequence || after < oldest - 1) window.push(reload());
      else for (const numbered of ring) if (numbered.sequence > after) window.push(numbered);
      return window.reader;
    },
    close() {
      for (const window of windows) window.end();
    },
  };
}
