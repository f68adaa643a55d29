import type { Anchor, AuditReport } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';

export interface AuditOptions {
  /** `incarnation.position:hash`, as earlier audits printed them. */
  readonly anchor: readonly string[];
  readonly json: boolean;
}

/** Says whether the log is what was appended, and what that can't say. A broken log is exit code 1. */
export const verify = async ({ api, terminal }: Context, { anchor, json }: AuditOptions): Promise<ExitCode> => {
  const asked = anchor.length === 0 ? '' : `?${new URLSearchParams(anchor.map((each) => ['anchor', each]))}`;
  const report = (await (await api.call(`/v1/audit${asked}`, {})).json()) as AuditReport;
  for (const line of json ? [JSON.stringify(report)] : auditLines(report)) terminal.data(line);
  return report.status === 'intact' ? EXIT.ok : EXIT.unexpected;
};

export const auditLines = ({ status, head, findings, anchors, unseen }: AuditReport): string[] => [
  status === 'intact' ? `The log is intact up to position ${head.position}.` : 'The log is not what was appended.',
  ...findings.map(({ position, fault }) => `Position ${position}: ${fault}.`),
  ...(anchors > 0 ? [`Compared with ${anchors} ${anchors === 1 ? 'anchor' : 'anchors'}.`] : []),
  unseen,
  ...(status === 'intact' ? [`Keep this anchor outside the database: ${anchorText(head)}`] : []),
];

const anchorText = ({ incarnation, position, hash }: Anchor): string => `${incarnation}.${position}:${hash}`;
