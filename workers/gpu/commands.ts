/**
 * What the computing thread says to the thread that owns the graphics device (entry.ts). WebGPU only answers through
 * promises, and a program's results are wanted at once: so the device lives in a thread of its own, and whoever wants
 * a result sleeps until it has come. Buffers and pipelines are named by numbers that the computing thread gives out.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Adapter } from '../../contract/worker.ts';

export interface Copy {
  readonly kind: 'copy';
  readonly from: number;
  readonly to: number;
  /** Bytes. */
  readonly size: number;
}
export interface Dispatch {
  readonly kind: 'dispatch';
  readonly pipeline: number;
  /** Buffers of binding 0, 1 and so on, each as a whole. */
  readonly buffers: readonly number[];
  readonly groups: readonly [x: number, y: number, z: number];
}

export type Command =
  /** With `data` the buffer holds it from the start. */
  | {
      readonly kind: 'buffer';
      readonly id: number;
      readonly size: number;
      readonly usage: number;
      readonly data?: ArrayBuffer;
    }
  | { readonly kind: 'destroy'; readonly id: number }
  | { readonly kind: 'write'; readonly id: number; readonly data: ArrayBuffer }
  | {
      readonly kind: 'pipeline';
      readonly id: number;
      /** WGSL. */
      readonly code: string;
      readonly entry: string;
      readonly label: string;
    }
  | { readonly kind: 'run'; readonly steps: readonly (Copy | Dispatch)[] }
  /** Bytes of a buffer, once everything before has been computed; answered on the port. */
  | { readonly kind: 'read'; readonly id: number; readonly size: number };

/** Answer to a read: its bytes, or why there are none. */
export type ReadAnswer = { readonly bytes: ArrayBuffer } | { readonly error: string };

/** What the device thread is started with. */
export interface DeviceRequest {
  readonly kind: 'device';
  /** Name of the adapter; the system's first choice where it is not given. */
  readonly adapter?: string;
  readonly software: boolean;
  /** Where answers to reads are put. */
  readonly port: MessagePort;
  /** One word: 1 when an answer lies on the port. */
  readonly bell: SharedArrayBuffer;
}

/** The first and only message of the device thread on its own channel. */
export type DeviceAnswer =
  | {
      readonly kind: 'ready';
      readonly adapter: Adapter;
      /** Numbers of `GPUSupportedLimits`. */
      readonly limits: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'absent'; readonly reason: string };
