/** What a caller may hang on long work. `AbortSignal` fits `signal`; so does a flag shared between threads. */
export interface Watch {
  /** Called now and then, with how much of the named phase is done (0 to 1). */
  onProgress?: (progress: Progress) => void;
  signal?: { readonly aborted: boolean };
}

export type Phase = 'reading' | 'counting' | 'estimating';

export interface Progress {
  phase: Phase;
  done: number;
}
