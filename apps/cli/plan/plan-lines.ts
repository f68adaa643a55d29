import type { HostLoad, PlannedHost, PlanView } from '#libs/contracts';
import { diffLines } from '../diff/diff.ts';
import { sizeText } from '../print/size.ts';

/** A plan as it is printed: what would serve or fail, the differences, the hosts that would hold more or less, and what to mind. */
export const planLines = ({ deployment, unplaced, differences, placements, hosts, warnings }: PlanView): readonly string[] => [
  ...(deployment ? deploymentLines(deployment) : []),
  ...unplaced.flatMap(({ stack, service, excluded, fix }) => [
    `no host takes ${service} of ${stack}`,
    ...excluded.map(({ host, reason }) => `  ${host}: ${reason}`),
    `  fix: ${fix}`,
  ]),
  ...diffLines({ differences }),
  ...section(
    'placements',
    placements.map(({ stack, service, slot, host, reason }) => `${stack} ${service} ${slot} on ${host}: ${reason}`),
  ),
  ...section('hosts', hosts.map(hostLine)),
  ...section('warnings', warnings),
  ...(differences.length === 0 && unplaced.length === 0 ? ['nothing would change'] : []),
];

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

const deploymentLines = ({ stack, version, failure }: NonNullable<PlanView['deployment']>): readonly string[] => {
  if (failure === null) return [`version ${version} of ${stack} would serve`];
  const { message, fix } = failure.cause;
  return [`version ${version} of ${stack} would fail at ${failure.step}: ${message}`, ...(fix === null ? [] : [`  fix: ${fix}`])];
};

/** `h1: containers 2 → 3, memory 512.0 MiB → 768.0 MiB of 8.0 GiB`; what stays the same is left out. */
const hostLine = ({ host, before, after, capacity }: PlannedHost): string => {
  const changed = (key: keyof HostLoad, name: string, text: (count: number) => string, most: number | undefined): readonly string[] =>
    before[key] === after[key]
      ? []
      : [`${name} ${text(before[key])} → ${text(after[key])}${most === undefined ? '' : ` of ${text(most)}`}`];
  const parts = [
    ...changed('containers', 'containers', String, undefined),
    ...changed('memoryBytes', 'memory', sizeText, capacity?.memoryBytes),
    ...changed('milliCpus', 'CPUs', (count) => String(count / 1000), capacity?.milliCpus),
  ];
  return `${host}: ${parts.join(', ')}`;
};
