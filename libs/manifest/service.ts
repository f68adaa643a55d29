import type { Service, ServiceName, StackName } from '#libs/contracts';
import { portsOf } from './doors.ts';
import type { ComposeService } from './grammar/compose.ts';
import { dependenciesOf, linksOf } from './links.ts';
import { mountsOf } from './storage.ts';
import { updateOf } from './update.ts';

/** A service in its normal form. */
export const serviceOf = (service: ComposeService, stack: StackName, name: string): Service => ({
  image: service.image ?? `${stack}-${name}`,
  command: service.command,
  entrypoint: service.entrypoint,
  environment: given(service.environment),
  replicas: service.deploy?.replicas ?? 1,
  ports: portsOf(service),
  healthcheck: healthcheckOf(service),
  dependsOn: Object.entries(dependenciesOf(service)).map(([to, condition]) => ({ service: to as ServiceName, condition })),
  ...placedAs(service),
  resources: resourcesOf(service),
  stopGraceMs: service.stop_grace_period,
  ...foundAs(service),
  ...replacedAs(service),
  links: linksOf(service),
  secrets: service.secrets,
  mounts: mountsOf(service),
});

/** Names without a value are not set, as in Compose. */
export const given = (values: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));

const placedAs = ({ 'x-berth': extension }: ComposeService): Pick<Service, 'tags' | 'strategy' | 'spread' | 'singleWriter'> => ({
  tags: [...new Set(extension?.tags)].sort(),
  strategy: extension?.strategy ?? 'HIGH_AVAILABILITY',
  spread: extension?.spread ?? null,
  ...(typeof extension?.single_writer === 'boolean' ? { singleWriter: extension.single_writer } : {}),
});

const foundAs = ({ 'x-berth': extension }: ComposeService): Pick<Service, 'dnsBehaviour' | 'loadBalancing'> => ({
  dnsBehaviour: extension?.dns_behaviour ?? 'versioned',
  loadBalancing: extension?.load_balancing ?? 'roundrobin',
});

type Replaced = 'health' | 'preStartSignal' | 'preStopSequence' | 'restartOnDeploy' | 'deployCommand' | 'update';

const replacedAs = (service: ComposeService): Pick<Service, Replaced> => {
  const { 'x-berth': extension } = service;
  return {
    health: extension?.health ?? null,
    preStartSignal: extension?.pre_start_signal ?? null,
    preStopSequence: [...(extension?.pre_stop_sequence ?? [])],
    restartOnDeploy: extension?.restart_on_deploy ?? true,
    deployCommand: extension?.deploy_command ?? null,
    update: updateOf(service),
  };
};

/** Of limit and reservation the limit counts. */
const resourcesOf = ({ deploy }: ComposeService): Service['resources'] => {
  const { limits, reservations } = deploy?.resources ?? {};
  return { milliCpus: limits?.cpus ?? reservations?.cpus ?? null, memoryBytes: limits?.memory ?? reservations?.memory ?? null };
};

const healthcheckOf = ({ healthcheck }: ComposeService): Service['healthcheck'] => {
  if (!healthcheck?.test || healthcheck.disable || healthcheck.test[0] === 'NONE') return null;
  return {
    command: healthcheck.test,
    intervalMs: healthcheck.interval,
    timeoutMs: healthcheck.timeout,
    retries: healthcheck.retries,
    startPeriodMs: healthcheck.start_period,
  };
};
