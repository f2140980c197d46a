/** A run that waits, in the order of the queue. */
export interface Waiting {
  readonly id: string;
  readonly pinnedTo: string | null;
  /** What it is estimated to need at its peak. */
  readonly bytes: number;
}

export interface Place {
  readonly deviceId: string;
  readonly enabled: boolean;
  /** Takes only runs that are pinned to it. */
  readonly onlyPinned?: boolean;
  readonly slots: number;
  /** What each run on it needs or is estimated to need. */
  readonly busy: readonly number[];
  /** Bytes that runs may fill together; null where unknown. */
  readonly memory: number | null;
}

export interface Assignment {
  readonly runId: string;
  readonly deviceId: string;
}

/**
 * Who starts where now. In the order of the queue, each run takes the first device (in the given order, fastest
 * first) that is enabled, is the one it is pinned to where it is, and has a free slot and memory left.
 *
 * - A device with nothing on it takes a run of any size: an estimate is sometimes wrong, and the user was warned.
 * - A run that waits for memory on a device keeps everyone behind it off that device, so that a stream of small
 *   runs cannot make a large one wait for ever.
 */
export function assign(waiting: readonly Waiting[], places: readonly Place[]): Assignment[] {
  const open = places
    .filter((place) => place.enabled)
    .map((place) => ({ ...place, busy: [...place.busy], reserved: false }));
  const assignments: Assignment[] = [];
  for (const run of waiting) {
    const allowed = open.filter(
      (place) =>
        (run.pinnedTo === null ? !place.onlyPinned : run.pinnedTo === place.deviceId) &&
        !place.reserved &&
        hasSlot(place),
    );
    const place = allowed.find((candidate) => fits(run, candidate));
    if (place) {
      place.busy.push(run.bytes);
      assignments.push({ runId: run.id, deviceId: place.deviceId });
    } else {
      const first = allowed[0];
      if (first) first.reserved = true;
    }
  }
  return assignments;
}

const hasSlot = (place: Place) => place.busy.length < place.slots;

function fits(run: Waiting, place: Place): boolean {
  if (place.busy.length === 0 || place.memory === null) return true;
  const used = place.busy.reduce((sum, bytes) => sum + bytes, 0);
  return used + run.bytes <= place.memory;
}
