import type { Host } from './host.ts';

/** What the engine of a host itself says of Berth's containers that run, by name. */
export const containersOn = async (host: Host): Promise<readonly string[]> => {
  const names = await host.docker('ps', '--filter', 'label=berth.container', '--format', '{{.Names}}');
  return names.split('\n').filter(Boolean).sort();
};
