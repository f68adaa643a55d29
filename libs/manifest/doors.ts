import type { Door, ServicePort } from '#libs/contracts';
import type { ComposeService } from './grammar/compose.ts';
import { doorsOf, matchesOf } from './matches.ts';

type Written = NonNullable<ComposeService['x-berth']>['ports'][number];

/** One entry a container port, in the order in which they were written. */
export const portsOf = (service: ComposeService): ServicePort[] => {
  const ports = new Map<number, ServicePort>();
  for (const form of service['x-berth']?.ports ?? []) {
    const port = ports.get(form.container) ?? { container: form.container, doors: [], unopened: [], mapped: [] };
    ports.set(form.container, add(port, form, service));
  }
  return [...ports.values()];
};

const add = (port: ServicePort, form: Written, service: ComposeService): ServicePort => ({
  container: port.container,
  doors: [...port.doors, ...openedBy(form, 'http', service)],
  unopened: [...port.unopened, ...openedBy(form, 'https', service)],
  mapped: [...port.mapped, ...mappedBy(form)],
});

const openedBy = (form: Written, protocol: Door['protocol'], service: ComposeService): Door[] => {
  const port = form[protocol];
  return port === null ? [] : doorsOf(port, protocol, matchesOf(service).matches);
};

const mappedBy = ({ tcp, udp }: Written): ServicePort['mapped'] => [
  ...(tcp === null ? [] : [{ port: tcp, protocol: 'tcp' as const }]),
  ...(udp === null ? [] : [{ port: udp, protocol: 'udp' as const }]),
];
