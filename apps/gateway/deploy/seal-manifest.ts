import type { Manifest, Service, ServiceName } from '#libs/contracts';
import type { Seals } from '#libs/event-log';

/** The same manifest with every environment value sealed under `keyId`; nothing later ever sees the plain values. */
export const sealManifest = async (seals: Seals, keyId: string, manifest: Manifest): Promise<Manifest> => {
  const services: Record<ServiceName, Service> = {};
  for (const [name, service] of Object.entries(manifest.services) as [ServiceName, Service][]) {
    services[name] = { ...service, environment: await seals.seal(keyId, service.environment) };
  }
  return { ...manifest, services };
};
