import type { Manifest, Service } from '#libs/contracts';
import type { ContainerState, StackState } from './state.ts';

/** It keeps data on its host, in a volume that is not there without it. */
export const isPinning = ({ volumes }: Manifest, { mounts, strategy }: Service): boolean =>
  strategy !== 'EVERY_NODE' && mounts.some(({ volume }) => volumes[volume]?.isExternal === false);

/** No two containers of a slot may run at once: nobody takes the place of one that may still run. */
export const isSingleWriter = (manifest: Manifest, service: Service): boolean => service.singleWriter ?? isPinning(manifest, service);

/** A container that started has made the volumes of its slot where it is. */
export const pinnedAfter = (state: StackState, { version, service, slot, host }: ContainerState): StackState['pinned'] => {
  const manifest = state.versions[version]?.manifest;
  const known = manifest?.services[service];
  if (!manifest || !known || !isPinning(manifest, known) || state.pinned[service]?.[slot - 1] === host) return state.pinned;
  const slots = [...(state.pinned[service] ?? [])];
  while (slots.length < slot) slots.push(null);
  slots[slot - 1] = host;
  return { ...state.pinned, [service]: slots };
};
