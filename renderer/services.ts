import { inject } from 'vue';
import type { InjectionKey } from 'vue';
import type { Host } from '../contract/host.ts';
import type { Connection } from './client.ts';

/** What reaches outside the window. Tests hand in their own. */
export interface Services {
  readonly connection: Connection;
  readonly host: Host;
}

export const servicesKey: InjectionKey<Services> = Symbol('services');

/** Throws where no services were provided: a component outside the workbench is a bug. */
export function useServices(): Services {
  const services = inject(servicesKey);
  if (!services) throw new Error('no services were provided to this app');
  return services;
}

export function useClient() {
  return useServices().connection.client;
}
