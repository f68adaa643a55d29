import type { ContainerView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { ageText } from '../print/times.ts';

export interface PsOptions {
  readonly stack?: string | undefined;
  readonly minPosition?: number | undefined;
  readonly json: boolean;
}

/** Prints the containers that Berth knows of, each with the reason for its host. */
export const ps = async ({ api, clock, terminal }: Context, { stack, minPosition, json }: PsOptions): Promise<ExitCode> => {
  const containers = await api.containers(stack, minPosition);
  for (const line of json ? [JSON.stringify({ containers })] : psLines(containers, clock.now())) terminal.data(line);
  if (containers.length === 0 && !json) terminal.note(stack === undefined ? 'no container yet' : `no container of stack ${stack}`);
  return EXIT.ok;
};

export const psLines = (containers: readonly ContainerView[], now: number): string[] =>
  tableLines(
    ['CONTAINER', 'SERVICE', 'VERSION', 'HOST', 'STATUS', 'ADDRESS', 'AGE', 'WHY'],
    containers.map((container) => [
      container.container,
      container.service,
      String(container.version),
      container.host,
      container.status,
      container.address ?? '-',
      ageText(now - container.since),
      container.reason.replaceAll(/\s+/g, ' '),
    ]),
  );
