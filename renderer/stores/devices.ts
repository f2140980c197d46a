import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Device } from '../../contract/entities.ts';
import { useClient } from '../services.ts';

export const useDevices = defineStore('devices', () => {
  const client = useClient();
  const all = shallowRef<readonly Device[]>([]);
  const byId = computed(() => new Map(all.value.map((device) => [device.id, device])));

  function put(devices: readonly Device[]): void {
    all.value = devices;
  }
  return {
    all,
    byId,
    put,
    load: async () => put(await client.devices.list()),
    configure: async (id: string, change: { enabled?: boolean; slots?: number }) =>
      put(await client.devices.configure({ id, ...change })),
  };
});
