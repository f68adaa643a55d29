import { type FailureCause, instantOfText } from '#libs/contracts';
import type { Line, Stepped } from '../api/progress.ts';
import type { WireEvent, WireEventOf } from '../api/wire-event.ts';

export type Outcome =
  | { readonly kind: 'promoted'; readonly at: number }
  | { readonly kind: 'failed'; readonly at: number; readonly step: string; readonly cause: FailureCause };

/** What the log has said of one deployment so far. */
export interface Progress {
  readonly deployment: string;
  /** The services of its manifest that have containers. */
  readonly services: readonly string[];
  readonly version: number | null;
  readonly replaces: number | null;
  /** The deployment that it waits for. */
  readonly queuedAfter: string | null;
  readonly isStarted: boolean;
  readonly placed: readonly string[];
  readonly containers: Readonly<Record<string, 'placed' | 'started' | 'healthy' | 'failed'>>;
  readonly draft: string | null;
  readonly isPromoted: boolean;
  /** When the newest step was taken. */
  readonly since: number;
  readonly outcome: Outcome | null;
}

type Step = Stepped<Progress>;

export const beginProgress = (deployment: string, services: readonly string[], since: number): Progress => ({
  deployment,
  services,
  version: null,
  replaces: null,
  queuedAfter: null,
  isStarted: false,
  placed: [],
  containers: {},
  draft: null,
  isPromoted: false,
  since,
  outcome: null,
});

/** Folds the next event of the stack; one of another deployment changes nothing and says nothing. */
export const takeStep = (progress: Progress, event: WireEvent): Step => {
  const at = instantOfText(event.time);
  const step = (patch: Partial<Progress>, ...lines: readonly Line[]): Step => ({
    progress: { ...progress, since: at, ...patch },
    lines,
  });
  const isOurs = 'deployment' in event.data && event.data.deployment === progress.deployment;
  const isOurContainer = 'container' in event.data && Object.hasOwn(progress.containers, event.data.container);
  const isOurDraft = 'draft' in event.data && event.data.draft !== null && event.data.draft === progress.draft;
  if (!isOurs && !isOurContainer && !isOurDraft) return { progress, lines: [] };
  return takeOwn(progress, event, at, step);
};

type Stepper = (patch: Partial<Progress>, ...lines: readonly Line[]) => Step;

const takeOwn = (progress: Progress, event: WireEvent, at: number, step: Stepper): Step => {
  switch (event.type) {
    case 'DeployRequested':
      return step({}, ['requested', `deployment ${event.data.deployment} of ${event.data.stack}`]);
    case 'VersionCreated':
      return step({ version: event.data.version }, ['version', `${event.data.version}`]);
    case 'DeploymentQueued':
      return step({ queuedAfter: event.data.after }, ['queued', `waits for deployment ${event.data.after}`]);
    case 'DeploymentStarted':
      return started(event, step);
    case 'ContainersPlaced':
      return placed(progress, event, step);
    case 'PlacementDelayed':
      return step({}, ['delayed', `${event.data.service}  until ${event.data.for.join(', ')} left`]);
    case 'PlacementFailed':
      return step(
        {},
        ...event.data.excluded.map(({ host, reason }) => ['excluded', `${host} for ${event.data.service}: ${reason}`] as const),
      );
    case 'ContainerStarted':
      return step(mark(progress, event.data.container, 'started'), ['started', `${event.data.container}  at ${event.data.address}`]);
    case 'ContainerHealthy':
      return step(mark(progress, event.data.container, 'healthy'), ['healthy', `${event.data.container}  by ${event.data.by}`]);
    case 'ContainerFailed':
      return step(mark(progress, event.data.container, 'failed'), ['failed', `${event.data.container}: ${event.data.message}`]);
    case 'DoorsDrawn':
      return step({ draft: event.id }, ['drawn', event.data.servers.map(({ key }) => key).join(', ')]);
    case 'ProxyPrepared':
      return step({}, ['prepared', event.data.host]);
    case 'ProxyRefused':
      return step({}, ['refused', `by the proxy of ${event.data.host}: ${event.data.words}`]);
    case 'VersionPromoted':
      return promoted(event, at, step);
    case 'SwitchCompleted':
      return step({ outcome: { kind: 'promoted', at } }, ['switched', switchText(event)]);
    case 'DeployFailed':
      return step({ outcome: { kind: 'failed', at, step: event.data.step, cause: event.data.cause } });
    default:
      return { progress, lines: [] };
  }
};

const started = ({ data }: WireEventOf<'DeploymentStarted'>, step: Stepper): Step => {
  const replaced = data.replaces === null ? 'the first one' : `replaces version ${data.replaces}`;
  return step({ isStarted: true, queuedAfter: null, version: data.version, replaces: data.replaces }, [
    'begun',
    `version ${data.version}, ${replaced}`,
  ]);
};

const placed = (progress: Progress, { data }: WireEventOf<'ContainersPlaced'>, step: Stepper): Step => {
  const fresh = Object.fromEntries(data.placements.map(({ container }) => [container, 'placed' as const]));
  const patch = { placed: [...progress.placed, data.service], containers: { ...progress.containers, ...fresh } };
  return step(patch, ...data.placements.map(({ container, host, reason }) => ['placed', `${container}  on ${host}: ${reason}`] as const));
};

/** A stack without doors has nothing to switch. */
const promoted = ({ data }: WireEventOf<'VersionPromoted'>, at: number, step: Stepper): Step => {
  const outcome: Outcome | null = data.draft === null ? { kind: 'promoted', at } : null;
  return step({ isPromoted: true, outcome }, ['promoted', `version ${data.version}`]);
};

const switchText = ({ data }: WireEventOf<'SwitchCompleted'>): string =>
  `${data.proxies.length === 1 ? '1 proxy serves' : `${data.proxies.length} proxies serve`} version ${data.version}, skew ${data.skewMs} ms`;

const mark = ({ containers }: Progress, container: string, status: Progress['containers'][string]): Partial<Progress> => ({
  containers: { ...containers, [container]: status },
});

/** What the deployment waits for now. */
export const awaitedBy = (progress: Progress): string => {
  if (progress.queuedAfter !== null) return `the end of deployment ${progress.queuedAfter}`;
  if (!progress.isStarted) return 'the deployment to begin';
  const unplaced = progress.services.filter((service) => !progress.placed.includes(service));
  const inState = (...states: readonly string[]): string[] =>
    Object.entries(progress.containers).flatMap(([name, state]) => (states.includes(state) ? [name] : []));
  if (inState('placed').length > 0) return `the start of ${inState('placed').join(', ')}`;
  if (inState('started', 'failed').length > 0) return `the health of ${inState('started', 'failed').join(', ')}`;
  if (unplaced.length > 0) return `a place for ${unplaced.join(', ')}`;
  if (progress.isPromoted) return 'the proxies to switch';
  return progress.draft === null ? 'the doors to be drawn' : 'the proxies to prepare the doors';
};
