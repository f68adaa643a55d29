import type { ListedContainer, ScaledView } from '#libs/contracts';
import { query } from '../api/api.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { leftText } from '../print/left.ts';
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
  const { scaled } = await api.get<{ scaled: readonly ScaledView[] }>(`/v1/scaled${query({ stack })}`);
  for (const line of json ? [JSON.stringify({ containers, scaled })] : psLines(containers, clock.now())) terminal.data(line);
  if (!json) for (const line of scaledLines(scaled)) terminal.note(line);
  if (containers.length === 0 && !json) terminal.note(stack === undefined ? 'no container yet' : `no container of stack ${stack}`);
  return EXIT.ok;
};

/** `shop: web 5 (manifest says 3)`. */
export const scaledLines = (scaled: readonly ScaledView[]): readonly string[] =>
  [...Map.groupBy(scaled, ({ stack }) => stack)].map(
    ([stack, services]) =>
      `${stack}: ${services.map(({ service, replicas, inManifest }) => `${service} ${replicas} (manifest says ${inManifest})`).join(', ')}`,
  );

export const psLines = (containers: readonly ListedContainer[], now: number): string[] =>
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
      whyText(container, now),
    ]),
  );

const whyText = ({ reason, left }: ListedContainer, now: number): string => {
  const text = reason.replaceAll(/\s+/g, ' ');
  if (!left) return text;
  return `${text}; leaves, ${left.listeningMs > 0 ? 'at most ' : ''}${leftText('its drain timeout', left, now)}`;
};
