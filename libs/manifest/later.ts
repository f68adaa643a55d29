import type { Path, PathFault } from './faults.ts';
import type { Compose, ComposeService } from './grammar/compose.ts';
import { linksOf } from './links.ts';
import { isFor, matchesOf } from './matches.ts';

/** What is read, kept in the version, and not acted on in this release: one line a key, never silence. */
interface Later {
  readonly at: Path;
  readonly isWritten: (service: ComposeService) => boolean;
  readonly message: string;
  readonly fix: string;
}

const extension = (service: ComposeService) => service['x-berth'];
const KEEP = 'keep it for a later release, or remove it';

const LATER: readonly Later[] = [
  {
    at: ['volumes'],
    isWritten: ({ volumes }) => volumes.length > 0,
    message: 'is read, but nothing is mounted yet: what is written there goes with its container',
    fix: 'keep the data in a datasource until then',
  },
  {
    at: ['secrets'],
    isWritten: ({ secrets }) => secrets.length > 0,
    message: 'is read, but containers are not given secrets yet',
    fix: 'write the values under environment, which is sealed, until then',
  },
  {
    at: ['links'],
    isWritten: (service) => linksOf(service).some(({ service: to, alias }) => to !== alias),
    message: 'gives an alias, which is not a name yet; the service itself is found, and waited for',
    fix: 'call the service by its own name, or by <service>.<stack> in another stack',
  },
  {
    at: ['deploy', 'update_config'],
    isWritten: ({ deploy }) => deploy?.update_config !== undefined,
    message: 'is read, but not acted on yet: a version is started whole beside the one before',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'update'],
    isWritten: (service) => {
      const update = extension(service)?.update;
      return update !== undefined && !(update.strategy === 'blue_green' && update.promotion === 'immediate');
    },
    message: 'is read, but not acted on yet: a version is started whole beside the one before (blue_green, immediate)',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'strategy'],
    isWritten: (service) => (extension(service)?.strategy ?? 'HIGH_AVAILABILITY') !== 'HIGH_AVAILABILITY',
    message: 'is read, but not acted on yet: containers are placed by HIGH_AVAILABILITY, as many as deploy.replicas says',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'spread'],
    isWritten: (service) => (extension(service)?.spread ?? null) !== null,
    message: 'is read, but not acted on yet: containers are spread over hosts only',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'load_balancing'],
    isWritten: (service) => (extension(service)?.load_balancing ?? 'roundrobin') !== 'roundrobin',
    message: 'is read, but not acted on yet: names are answered in turns (roundrobin)',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'health'],
    isWritten: (service) => (extension(service)?.health ?? null) !== null,
    message: 'is read, but not acted on yet: Berth goes by healthcheck, and without one tries the first port',
    fix: 'write healthcheck until then',
  },
  {
    at: ['x-berth', 'pre_start_signal'],
    isWritten: (service) => (extension(service)?.pre_start_signal ?? null) !== null,
    message: 'is read, but not sent yet',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'pre_stop_sequence'],
    isWritten: (service) => (extension(service)?.pre_stop_sequence ?? null) !== null,
    message: 'is read, but not acted on yet: containers get TERM, and KILL after stop_grace_period',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'restart_on_deploy'],
    isWritten: (service) => extension(service)?.restart_on_deploy === false,
    message: 'is read, but not acted on yet: each version starts containers of its own',
    fix: KEEP,
  },
  {
    at: ['x-berth', 'deploy_command'],
    isWritten: (service) => (extension(service)?.deploy_command ?? null) !== null,
    message: 'is read, but not run yet',
    fix: 'run it before the deployment until then',
  },
];

export const laterWarnings = (path: Path, service: ComposeService): PathFault[] => [
  ...LATER.filter(({ isWritten }) => isWritten(service)).map(({ at, message, fix }) => ({
    path: [...path, ...at],
    isKey: true,
    message,
    fix,
  })),
  ...portWarnings(path, service),
  ...matchWarnings(path, service),
];

export const topWarnings = ({ volumes, secrets }: Compose): PathFault[] =>
  [
    { key: 'volumes', names: Object.keys(volumes ?? {}), what: 'made' },
    { key: 'secrets', names: Object.keys(secrets ?? {}), what: 'asked for' },
  ].flatMap(({ key, names, what }) =>
    names.length === 0 ? [] : [{ path: [key], isKey: true, message: `is read, but no such thing is ${what} yet`, fix: KEEP }],
  );

const portWarnings = (path: Path, service: ComposeService): PathFault[] =>
  (extension(service)?.ports ?? []).flatMap(({ https, tcp, udp }, index) => {
    const at = { path: [...path, 'x-berth', 'ports', index], isKey: false };
    const mapped = [...(tcp === null ? [] : [`tcp ${tcp}`]), ...(udp === null ? [] : [`udp ${udp}`])].join(' and ');
    const message = `asks for https on port ${https}, which does not listen yet: Berth has no certificates in this release`;
    const straight = `asks for ${mapped} of the host, which is not mapped yet; a host will hold one such container of the service`;
    return [
      ...(https === null ? [] : [{ ...at, message, fix: 'use the http door, and end TLS in front of it' }]),
      ...(mapped === '' ? [] : [{ ...at, message: straight, fix: 'reach the container by its name from inside, or through an http door' }]),
    ];
  });

/** Names that no door is opened for, and doors that no name opens. */
const matchWarnings = (path: Path, service: ComposeService): PathFault[] => {
  const { matches, at } = matchesOf(service);
  const doors = (extension(service)?.ports ?? []).flatMap(({ http, https }) => [
    ...(http === null ? [] : [{ port: http, protocol: 'http' as const }]),
    ...(https === null ? [] : [{ port: https, protocol: 'https' as const }]),
  ]);
  const isIdle = matches.length > 0 && !doors.some(({ protocol }) => protocol === 'http');
  const fault = (message: string, fix: string): PathFault => ({ path: [...path, ...at], isKey: true, message, fix });
  if (isIdle) return [fault('names servers, but the service has no http door', 'write x-berth.ports, for example "3000:80"')];
  const lost = matches.filter((match) => !doors.some(({ port, protocol }) => isFor(match, port, protocol)));
  const shut = matches.length === 0 ? [] : doors.filter(({ port, protocol }) => !matches.some((match) => isFor(match, port, protocol)));
  return [
    ...lost.map(({ name }) =>
      fault(`names ${name ?? 'every name'} at a port that x-berth.ports does not open`, 'write that port under x-berth.ports'),
    ),
    ...shut.map(({ port }) =>
      fault(`names nothing at port ${port}, which stays shut`, `add an entry for port ${port}, or one without a port`),
    ),
  ];
};
