import type { ServicePort } from '#libs/contracts';
import type { Compose, ComposeService } from './compose.ts';
import { type Path, type PathFault, pathText } from './faults.ts';

/** `_` claims every name that no other door of the port claims; so does a door without names. */
const namesOf = (service: ComposeService): string[] => [...new Set(service['x-berth']?.traffic_matches.filter((name) => name !== '_'))];

/** One entry a container port, in the order in which they were written. */
export const portsOf = (service: ComposeService): ServicePort[] => {
  const ports = new Map<number, ServicePort>();
  for (const { container, http } of service['x-berth']?.ports ?? []) {
    const port = ports.get(container) ?? { container, doors: [] };
    ports.set(container, port);
    if (http !== null) port.doors.push({ port: http, protocol: 'http', names: namesOf(service) });
  }
  return [...ports.values()];
};

interface Claim {
  readonly port: number;
  /** Null: every name that nobody else claims. */
  readonly name: string | null;
  readonly path: Path;
}

/** One port and one name lead to one service. */
export const doorClashes = (read: Compose): PathFault[] => {
  const claims = new Map<string, Claim>();
  return Object.entries(read.services).flatMap(([name, service]) =>
    claimsOf(['services', name], service).flatMap((claim) => {
      const key = `${claim.port} ${claim.name}`;
      const other = claims.get(key);
      if (other) return [clash(claim, other)];
      claims.set(key, claim);
      return [];
    }),
  );
};

const claimsOf = (path: Path, service: ComposeService): Claim[] => {
  const names = namesOf(service);
  return (service['x-berth']?.ports ?? []).flatMap(({ http }, index) => {
    const at = [...path, 'x-berth', 'ports', index];
    return http === null ? [] : (names.length > 0 ? names : [null]).map((name) => ({ port: http, name, path: at }));
  });
};

const clash = (claim: Claim, other: Claim): PathFault => ({
  path: claim.path,
  isKey: false,
  message: `opens port ${claim.port} for ${claim.name ?? 'every name'}, which ${pathText(other.path)} opens already`,
  fix: 'use another port, or give the services different x-berth.traffic_matches',
  other: other.path,
});

/** What is said of doors that this release can't serve. */
export const httpsWarnings = (path: Path, service: ComposeService): PathFault[] => {
  const extension = service['x-berth'];
  const https = (extension?.ports ?? []).flatMap(({ https }, index) =>
    https === null
      ? []
      : [
          {
            path: [...path, 'x-berth', 'ports', index],
            isKey: false,
            message: `asks for https on port ${https}, which does not listen yet: Berth has no certificates in this release`,
            fix: 'use the http door, and end TLS in front of it',
          },
        ],
  );
  const isIdle = (extension?.traffic_matches.length ?? 0) > 0 && !extension?.ports.some(({ http }) => http !== null);
  const idle = {
    path: [...path, 'x-berth', 'traffic_matches'],
    isKey: true,
    message: 'names servers, but the service has no http door',
    fix: 'write x-berth.ports, for example "3000:80"',
  };
  const isMixed = extension?.traffic_matches.includes('_') && extension.traffic_matches.some((name) => name !== '_');
  const mixed = {
    path: [...path, 'x-berth', 'traffic_matches'],
    isKey: true,
    message: 'has _ beside other names, where it adds nothing',
    fix: 'write _ alone for every name, or remove it',
  };
  return [...https, ...(isIdle ? [idle] : []), ...(isMixed ? [mixed] : [])];
};
