import type { BerthEvent } from '#libs/contracts';

/** What runs, by host, as the engines say. */
export type Running = Readonly<Record<string, readonly string[]>>;

/**
 * What keeps a fleet from being at rest, in words: deployments that did not end, and containers that run against the log. With a model of its own, so
 * that a fault of the product's state is none of the judge's.
 */
export const unrest = (log: readonly BerthEvent[], running: Running): readonly string[] => {
  const { open, containers, promoted, unretired } = read(log);
  const wanted = new Map<string, string>();
  const words = [...open].map((deployment) => `deployment ${deployment} did not end`);
  for (const [container, { host, deployment }] of containers) {
    if (deployment === promoted) wanted.set(container, host);
    else words.push(`${container} of another deployment than the promoted one is not released`);
  }
  for (const version of unretired) words.push(`version ${version} was replaced and is not retired`);
  for (const [container, host] of wanted) if (!running[host]?.includes(container)) words.push(`${container} does not run on ${host}`);
  for (const [host, names] of Object.entries(running))
    for (const name of names) if (wanted.get(name) !== host) words.push(`${name} runs on ${host} against the log`);
  return words;
};

/** The deployment that serves; null before the first. */
export const promotedOf = (log: readonly BerthEvent[]): string | null => read(log).promoted;

const read = (log: readonly BerthEvent[]) => {
  const open = new Set<string>();
  const containers = new Map<string, { readonly host: string; readonly deployment: string }>();
  const unretired = new Set<number>();
  let promoted: string | null = null;
  let serving: number | null = null;
  for (const event of log) {
    if (event.type === 'DeployRequested') open.add(event.data.deployment);
    else if (event.type === 'SwitchCompleted' || event.type === 'DeployFailed') open.delete(event.data.deployment);
    else if (event.type === 'ContainersPlaced')
      for (const { container, host } of event.data.placements) containers.set(container, { host, deployment: event.data.deployment });
    else if (event.type === 'PlacementReleased') containers.delete(event.data.container);
    else if (event.type === 'VersionPromoted') {
      if (serving !== null) unretired.add(serving);
      serving = event.data.version;
      promoted = event.data.deployment;
    } else if (event.type === 'VersionRetired') unretired.delete(event.data.version);
  }
  return { open, containers, unretired, promoted };
};
