import type { Considered, Weighed } from '#libs/contracts';
import { leftOut } from '../placement/index.ts';

/** What was looked at before a service got its first host, each a sentence; `subject`: the service in its version. */
export const consideredSays = (considered: Considered, subject: string): readonly string[] => {
  const { hosts, fitting, best, position } = considered;
  return [
    `decided on the log up to position ${position}: ${fitting} of ${hosts} ${hosts === 1 ? 'host' : 'hosts'} could take ${subject}`,
    ...leftOut(considered).map((words) => `left out because it ${words}`),
    ...(best.length === 0 ? [] : [`the first by the rule${best.length < fitting ? `, of ${fitting}` : ''}, before any was given:`]),
    ...best.map((host) => `  ${weighedText(host)}`),
  ];
};

/** `h1: 0 of the service in this version, 1 in all versions, 2 of the stack, 7 at all`. */
const weighedText = ({ host, isFailing, spread, version, service, stack, all }: Weighed): string => {
  const where = spread === undefined ? '' : ` (${spread.count} where the tag is ${spread.value === '' ? 'missing' : spread.value})`;
  const failing = isFailing ? '; the service failed there again and again' : '';
  return `${host}: ${version} of the service in this version${where}, ${service} in all versions, ${stack} of the stack, ${all} at all${failing}`;
};
