import type { BerthEvent } from '#libs/contracts';
import { consideredSays, wordsOf } from '#libs/domain/why';

/** The short answer before the tree, each a sentence. Pure. */
export const eventSays = (event: BerthEvent): readonly string[] => {
  const { says, why } = wordsOf(event);
  return [`${event.type} at position ${event.position}: ${says}`, ...(why === null ? [] : [`because: ${why}`])];
};

/** Where it sits and why there, how it began, whether it was found, and how it ended. */
export const containerSays = (container: string, own: readonly BerthEvent[]): readonly string[] => {
  const first = <T extends BerthEvent['type']>(type: T) =>
    own.find((event): event is Extract<BerthEvent, { type: T }> => event.type === type);
  const placed = first('ContainersPlaced');
  const placement = placed?.data.placements.find((known) => known.container === container);
  const healthy = first('ContainerHealthy');
  const left = own.find(({ type }) => type === 'RetirementWaveStarted' || type === 'ContainersRetired');
  const ends = own.filter(({ type }) => type === 'ContainerFailed' || type === 'ContainersRetired' || type === 'ContainerStopped');
  return [
    ...(placed && placement
      ? [
          `it runs ${placed.data.service} of version ${placed.data.version}, slot ${placement.slot}, on ${placement.host}`,
          `it sits there because: ${placement.reason}`,
          ...(placed.data.considered ? consideredSays(placed.data.considered, `${placed.data.service} v${placed.data.version}`) : []),
        ]
      : []),
    served(healthy, left),
    ...ends.map((event) => {
      const { says, why } = wordsOf(event, container);
      return why === null ? says : `${says}: ${why}`;
    }),
  ];
};

const served = (healthy: BerthEvent | undefined, left: BerthEvent | undefined): string => {
  if (!healthy) return 'nobody was led to it: it was never healthy';
  return left ? `callers could be led to it for ${seconds(left.at - healthy.at)}` : 'callers can be led to it since it became healthy';
};

const STEPS = [
  ['DeploymentStarted', 'it began'],
  ['ContainersPlaced', 'all was placed'],
  ['ContainerStarted', 'the last container had started'],
  ['ContainerHealthy', 'the last container was healthy'],
  ['ProxyPrepared', 'the last proxy was prepared'],
  ['VersionPromoted', 'the version was promoted'],
  ['SwitchCompleted', 'every proxy had switched'],
  ['DeployFailed', 'it failed'],
] as const;

/** From the request to its end: what was reached when, and how long that took. */
export const deploymentSays = (events: readonly BerthEvent[]): readonly string[] => {
  const [asked] = events;
  const failed = events.find((event) => event.type === 'DeployFailed');
  const end = failed ?? events.find(({ type }) => type === 'VersionPromoted') ?? null;
  let last = asked?.at ?? 0;
  const steps = STEPS.flatMap(([type, words]) => {
    const isLate = type === 'ContainerStarted' || type === 'ContainerHealthy';
    const reached = events.findLast((event) => event.type === type && (!isLate || end === null || event.position < end.position));
    if (!reached) return [];
    const line = `${words} after ${seconds(reached.at - (asked?.at ?? 0))} (${seconds(reached.at - last)})`;
    last = reached.at;
    return [line];
  });
  return failed ? [...steps, `because: ${wordsOf(failed).why}`] : steps;
};

const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
