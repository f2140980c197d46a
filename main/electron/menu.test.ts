import type { MenuItemConstructorOptions } from 'electron';
import { expect, test, vi } from 'vitest';
import { menu } from './menu.ts';

const situation = { locale: 'en-GB', platform: 'linux', packed: true, showDataFolder: () => {} } as const;

function items(template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...items(Array.isArray(item.submenu) ? item.submenu : [])]);
}
const labels = (template: MenuItemConstructorOptions[]) =>
  items(template).flatMap(({ label }) => (label === undefined ? [] : [label]));

test('every entry has words of its own, in the language of the system', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const [english, german] = [
      menu({ ...situation, platform }),
      menu({ ...situation, platform, locale: 'de-CH' }),
    ];
    expect(items(english).filter(({ type, label }) => type !== 'separator' && !label)).toEqual([]);
    expect(labels(german)).toHaveLength(labels(english).length);
    const same = labels(english).filter((label) => labels(german).includes(label));
    expect(same.filter((label) => label !== 'Latent Workbench')).toEqual([]);
  }
  expect(labels(menu({ ...situation, locale: 'fr' }))).toEqual(labels(menu(situation)));
});

test('text can be edited by the keys of the system, which on macOS are the menu', () => {
  const roles = items(menu({ ...situation, platform: 'darwin' })).map(({ role }) => role);
  for (const role of ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'quit', 'close', 'minimize'])
    expect(roles).toContain(role);
});

test('the developer tools are not in the packed application', () => {
  expect(items(menu(situation)).map(({ role }) => role)).not.toContain('toggleDevTools');
  expect(items(menu({ ...situation, packed: false })).map(({ role }) => role)).toContain('toggleDevTools');
});

test('the data folder can be shown', () => {
  const showDataFolder = vi.fn();
  const entry = items(menu({ ...situation, showDataFolder })).find(({ label }) =>
    label?.includes('data folder'),
  );
  (entry?.click as () => void)();
  expect(showDataFolder).toHaveBeenCalledOnce();
});
