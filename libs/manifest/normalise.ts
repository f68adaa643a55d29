import type { Datasource, Manifest, StackName } from '#libs/contracts';
import { datasourcesOf } from './datasources.ts';
import { dependencyFaults } from './dependencies.ts';
import { doorClashes } from './door-clashes.ts';
import { faultsOf, type Path, type PathFault } from './faults.ts';
import { type Compose, type ComposeService, compose } from './grammar/compose.ts';
import { warningsIn } from './grammar/objects.ts';
import { laterWarnings, topWarnings } from './later.ts';
import { linkFaults } from './links.ts';
import { matchFaults } from './matches.ts';
import { isLabel, stackOf } from './names.ts';
import { given, serviceOf } from './service.ts';
import { storageFaults } from './storage.ts';
import { updateFaults } from './update.ts';

export interface Build {
  /** As written: relative to the folder of the compose.yaml. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target: string | null;
}

export interface Reading {
  /** Null when there are errors. */
  readonly manifest: Manifest | null;
  /** By service. */
  readonly builds: Readonly<Record<string, Build>>;
  /** Services that name no image: what they are called here is known to nobody who did not build them. */
  readonly builtOnly: readonly string[];
  readonly errors: readonly PathFault[];
  readonly warnings: readonly PathFault[];
}

/** Reads a compose.yaml as JSON whose variables are resolved. Pure: the gateway and the command line read alike. */
export const readCompose = (json: unknown): Reading => {
  const parsed = compose.safeParse(json);
  if (!parsed.success) return { manifest: null, builds: {}, builtOnly: [], errors: faultsOf(parsed.error), warnings: [] };
  const { stack, errors: stackErrors } = stackOf(parsed.data);
  const { datasources, errors: datasourceErrors } = datasourcesOf(parsed.data);
  const errors = [...stackErrors, ...serviceErrors(parsed.data), ...datasourceErrors];
  const warnings = [...warningsIn(parsed.data), ...topWarnings(parsed.data), ...serviceWarnings(parsed.data)];
  if (errors.length > 0) return { manifest: null, builds: {}, builtOnly: [], errors, warnings };
  const builtOnly = Object.entries(parsed.data.services).flatMap(([name, { image }]) => (image === undefined ? [name] : []));
  return { manifest: manifestOf(parsed.data, stack, datasources), builds: buildsOf(parsed.data), builtOnly, errors, warnings };
};

const manifestOf = (read: Compose, stack: StackName, datasources: readonly Datasource[]): Manifest => ({
  stack,
  services: Object.fromEntries(Object.entries(read.services).map(([name, service]) => [name, serviceOf(service, stack, name)])),
  datasources: [...datasources],
  volumes: Object.fromEntries(
    Object.entries(read.volumes ?? {}).map(([name, volume]) => [name, { isExternal: volume?.external ?? false }]),
  ),
  secrets: Object.keys(read.secrets ?? {}).sort(),
  deadlineMs: read['x-berth']?.deadline ?? 600_000,
  drainTimeoutMs: read['x-berth']?.drain_timeout ?? 300_000,
  ...(read['x-berth']?.rebalance === 'auto' ? { rebalance: 'auto' as const } : {}),
});

const buildsOf = (read: Compose): Record<string, Build> =>
  Object.fromEntries(
    Object.entries(read.services).flatMap(([name, { build }]) => {
      if (!build) return [];
      const { context, dockerfile, args, target } = build;
      return [[name, { context, dockerfile, args: given(args), target }]];
    }),
  );

const serviceErrors = (read: Compose): PathFault[] => {
  const names = Object.keys(read.services);
  const none = { path: ['services'], isKey: false, message: 'has no service', fix: 'name at least one' };
  return [
    ...(names.length === 0 ? [none] : []),
    ...names.flatMap((name) => serviceFaults(['services', name], name, read.services[name] as ComposeService)),
    ...dependencyFaults(read),
    ...linkFaults(read),
    ...storageFaults(read),
    ...doorClashes(read),
  ];
};

const serviceFaults = (path: Path, name: string, service: ComposeService): PathFault[] => [
  ...(isLabel(name)
    ? []
    : [
        {
          path,
          isKey: true,
          message: 'is not a service name that can be a host name',
          fix: 'use 1 to 40 lower-case letters, digits and inner hyphens, beginning with a letter',
        },
      ]),
  ...(service.image !== undefined || service.build !== undefined
    ? []
    : [{ path, isKey: true, message: 'has neither image nor build', fix: 'write image: NAME, or build: FOLDER' }]),
  ...matchFaults(path, service),
  ...updateFaults(path, service),
];

const serviceWarnings = (read: Compose): PathFault[] =>
  Object.entries(read.services).flatMap(([name, service]) => {
    const path = ['services', name];
    return [...laterWarnings(path, service), ...probeWarnings(path, service), ...resourceWarnings(path, service), ...unset(path, service)];
  });

const probeWarnings = (path: Path, { healthcheck }: ComposeService): PathFault[] =>
  healthcheck && !healthcheck.test && !healthcheck.disable
    ? [
        {
          path: [...path, 'healthcheck'],
          isKey: true,
          message: 'has no test, and the check of the image is not used: Berth tries the first port instead',
          fix: "write test: ['CMD', …]",
        },
      ]
    : [];

const resourceWarnings = (path: Path, { deploy }: ComposeService): PathFault[] =>
  (['cpus', 'memory'] as const).flatMap((key) => {
    const [limit, claim] = [deploy?.resources?.limits?.[key], deploy?.resources?.reservations?.[key]];
    if (limit === undefined || claim === undefined || limit === claim) return [];
    const message = 'differs from the limit: Berth claims the limit when it chooses a host';
    return [{ path: [...path, 'deploy', 'resources', 'reservations', key], isKey: false, message, fix: 'write one of the two' }];
  });

const unset = (path: Path, service: ComposeService): PathFault[] =>
  Object.entries(service.environment)
    .filter(([, value]) => value === null)
    .map(([name]) => ({
      path: [...path, 'environment', name],
      isKey: true,
      message: 'has no value and is not set in the containers',
      fix: `write ${name}: "" for an empty value`,
    }));
