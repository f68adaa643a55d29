import { type Path, type PathFault, pathText } from './faults.ts';
import type { Compose, ComposeService } from './grammar/compose.ts';
import { doorsOf, matchesOf } from './matches.ts';

/** What one service wants of a port of the host. */
interface Claim {
  readonly port: number;
  /** Of http and https the proxy keeps names and paths apart; a mapped port has one holder. */
  readonly kind: 'http' | 'https' | 'tcp' | 'udp';
  /** What of the port, in words. */
  readonly what: string;
  readonly path: Path;
}

/** One port, name and path lead to one service. */
export const doorClashes = (read: Compose): PathFault[] => {
  const claims: Claim[] = [];
  return Object.entries(read.services).flatMap(([name, service]) =>
    claimsOf(['services', name], service).flatMap((claim) => {
      const other = claims.find((earlier) => areAtOdds(earlier, claim));
      if (other) return [clash(claim, other)];
      claims.push(claim);
      return [];
    }),
  );
};

const claimsOf = (path: Path, service: ComposeService): Claim[] =>
  (service['x-berth']?.ports ?? []).flatMap((form, index) => {
    const at = [...path, 'x-berth', 'ports', index];
    return (['http', 'https', 'tcp', 'udp'] as const).flatMap((kind): Claim[] => {
      const port = form[kind];
      if (port === null) return [];
      if (kind === 'tcp' || kind === 'udp') return [{ port, kind, what: kind, path: at }];
      return doorsOf(port, kind, matchesOf(service).matches).flatMap((door) => {
        const under = door.path === '/' ? '' : ` under ${door.path}`;
        return (door.names.length > 0 ? door.names : ['every name']).map((name) => ({ port, kind, what: `${name}${under}`, path: at }));
      });
    });
  });

/** Only udp goes beside the others. */
const areAtOdds = (a: Claim, b: Claim): boolean => {
  if (a.port !== b.port || (a.kind === 'udp') !== (b.kind === 'udp')) return false;
  return a.kind !== b.kind || a.kind === 'tcp' || a.kind === 'udp' || a.what === b.what;
};

const clash = (claim: Claim, other: Claim): PathFault => ({
  path: claim.path,
  isKey: false,
  message: `opens port ${claim.port} for ${claim.kind === other.kind ? claim.what : claim.kind}, which ${pathText(other.path)} opens already${claim.kind === other.kind ? '' : ` for ${other.kind}`}`,
  fix: 'use another port, or give the services different x-berth.traffic_matches',
  other: other.path,
});
