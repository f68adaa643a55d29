import { type AuditAnswer, anchorText, type RecordedLoss } from '#libs/contracts';
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
  const report = (await (await api.call(`/v1/audit${asked}`, {})).json()) as AuditAnswer;
  for (const line of json ? [JSON.stringify(report)] : auditLines(report)) terminal.data(line);
  return report.status === 'intact' ? EXIT.ok : EXIT.unexpected;
};

export const auditLines = ({ status, head, findings, losses, anchors, hosts, unseen }: AuditAnswer): string[] => [
  status === 'intact' ? `The log is intact up to position ${head.position}.` : 'The log is not what was appended.',
  ...findings.map(({ position, fault }) => `Position ${position}: ${fault}.`),
  ...(anchors > 0 ? [`Compared with ${anchors} ${anchors === 1 ? 'anchor' : 'anchors'}${ofHosts(hosts.answered)}.`] : []),
  ...(hosts.silent.length > 0
    ? [`No answer from the ${hosts.silent.length === 1 ? 'agent' : 'agents'} of ${hosts.silent.join(', ')}.`]
    : []),
  ...losses.map(lossLine),
  unseen,
  ...(status === 'intact' ? [`Keep this anchor outside the database: ${anchorText(head)}`] : []),
];

const ofHosts = (answered: readonly string[]): string =>
  answered.length === 0 ? '' : `, those of the agents of ${answered.join(', ')} among them`;

const lossLine = ({ incarnation, position, until, reason, anchors }: RecordedLoss): string =>
  `On record: incarnation ${incarnation} began at position ${position} (${reason}); what was told beyond position ${until.position} is no longer part of the log${anchors > 0 ? `, ${anchors} of the anchors among it` : ''}.`;
