import { isoText, type Moment, type NamesAt, type PsAt, type RoutesAt } from '#libs/contracts';
import { query } from '../api/api.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';

export interface AtOptions {
  readonly stack?: string | undefined;
  readonly json: boolean;
}

/** Prints what was true after a position of the log, or at a time. */
export const at = async (
  { api, terminal }: Context,
  moment: string,
  view: 'ps' | 'names' | 'routes',
  { stack, json }: AtOptions,
): Promise<ExitCode> => {
  const answer = await api.get<PsAt & NamesAt & RoutesAt>(`/v1/at/${encodeURIComponent(moment)}/${view}${query({ stack })}`);
  const lines = { ps: psLines, names: namesLines, routes: routesLines }[view];
  if (!json) terminal.note(momentText(answer.moment));
  for (const line of json ? [JSON.stringify(answer)] : lines(answer)) terminal.data(line);
  return EXIT.ok;
};

export const momentText = ({ position, at: instant }: Moment): string =>
  instant === null ? `before the first event` : `after position ${position}, ${isoText(instant)}`;

const psLines = ({ containers }: PsAt): readonly string[] =>
  tableLines(
    ['CONTAINER', 'SERVICE', 'VERSION', 'HOST', 'STATUS', 'ADDRESS', 'SINCE', 'WHY'],
    containers.map(({ container, service, version, host, status, address, since, reason }) => [
      ...[container, service, String(version), host, status, address ?? '-', isoText(since)],
      reason.replaceAll(/\s+/g, ' '),
    ]),
  );

const namesLines = ({ names }: NamesAt): readonly string[] =>
  tableLines(
    ['STACK', 'CALLER', 'NAME', 'ANSWER'],
    names.map(({ stack, caller, name, addresses, alias }) => [
      ...[stack, caller === null ? 'others' : `version ${caller}`, name],
      addresses.join(' ') || alias || '-',
    ]),
  );

const routesLines = ({ routes }: RoutesAt): readonly string[] =>
  tableLines(
    ['STACK', 'PORT', 'NAMES', 'PATH', 'SERVICE', 'VERSION', 'GENERATION', 'ENDPOINTS'],
    routes.map((route) => [
      ...[route.stack, String(route.port), route.names.join(' ') || 'any', route.path, route.service, String(route.version)],
      `${route.generation.incarnation}.${route.generation.position}`,
      route.endpoints.map(({ address, port }) => `${address}:${port}`).join(' ') || '-',
    ]),
  );
