import type { BerthEvent, DeploymentId, EventId, StackName } from '#libs/contracts';
import { OrderedMap } from '#libs/domain/ordered-map';
import {
  type ContainerState,
  type DeploymentState,
  type DraftState,
  emptyStack,
  type StackState,
  type VersionState,
} from '#libs/domain/stack';

/** What of a stack's state is kept with the interval in which it held. A manifest never changes and is kept apart from its version. */
export type PieceKind = 'container' | 'version' | 'manifest' | 'deployment' | 'draft' | 'doors' | 'stack';

export interface PieceKey {
  readonly kind: PieceKind;
  /** Empty where a stack has one only. */
  readonly key: string;
}

export interface Piece extends PieceKey {
  readonly value: unknown;
}

const one = (kind: PieceKind, key: string | number = ''): PieceKey => ({ kind, key: String(key) });

/** The pieces that an event may change, and those that the fold looks at for it. */
export const keysOf = (event: BerthEvent): readonly PieceKey[] => {
  switch (event.type) {
    case 'VersionCreated':
      return [one('stack'), ...versionKeys(event.data.version), one('deployment', event.data.deployment)];
    case 'DeploymentStarted':
    case 'SwitchCompleted':
      return [one('deployment', event.data.deployment)];
    case 'DeployFailed':
      return [...versionKeys(event.data.version), one('deployment', event.data.deployment)];
    case 'VersionPromoted':
      return [one('stack'), one('doors'), ...versionKeys(event.data.version), one('deployment', event.data.deployment)];
    case 'VersionRetired':
      return versionKeys(event.data.version);
    case 'ContainersPlaced':
      return event.data.placements.map(({ container }) => one('container', container));
    case 'ContainerStarted':
    case 'ContainerHealthy':
    case 'ContainerFailed':
    case 'ContainerStopped':
    case 'PlacementReleased':
      return [one('container', event.data.container)];
    case 'RetirementWaveStarted':
    case 'ContainersRetired':
    case 'PlacementsWithdrawn':
    case 'ContainersLost':
    case 'ContainersFound':
      return event.data.containers.map((container) => one('container', container));
    case 'DoorsDrawn':
      return [one('doors'), ...(event.data.deployment === null ? [] : [one('deployment', event.data.deployment)]), one('draft', event.id)];
    default:
      return [];
  }
};

/** Further ones, which the state names: the version that is replaced, the draft that is used or forgotten. */
export const furtherKeysOf = (state: StackState, event: BerthEvent): readonly PieceKey[] => {
  if (event.type === 'VersionPromoted')
    return [
      ...(state.promoted === null ? [] : [one('version', state.promoted)]),
      ...(event.data.draft ? [one('draft', event.data.draft)] : []),
    ];
  if (event.type !== 'DoorsDrawn' && event.type !== 'DeployFailed') return [];
  const draft = event.data.deployment === null ? null : state.deployments[event.data.deployment]?.draft;
  return draft ? [one('draft', draft)] : [];
};

const versionKeys = (version: number): readonly PieceKey[] => [one('version', version), one('manifest', version)];

/** A piece as it is kept; null where the state has none. What no answer is made from is left out, so that it opens no row. */
export const pieceOf = (state: StackState, { kind, key }: PieceKey): unknown => {
  switch (kind) {
    case 'container':
      return keptContainer(state.containers.get(key as ContainerState['container']));
    case 'version': {
      const known = state.versions[Number(key)];
      return known ? { version: known.version, deployment: known.deployment, status: known.status } : null;
    }
    case 'manifest': {
      const known = state.versions[Number(key)];
      return known ? { manifest: known.manifest, images: known.images } : null;
    }
    case 'deployment':
      return keptDeployment(state.deployments[key as DeploymentId]);
    case 'draft':
      return keptDraft(state.drafts[key as EventId]);
    case 'doors':
      return state.doors;
    case 'stack':
      return { promoted: state.promoted, newest: Math.max(0, ...Object.keys(state.versions).map(Number)) };
  }
};

const keptContainer = (known: ContainerState | undefined): unknown => {
  if (!known) return null;
  const { run: _, healthyAt: __, drainedBy: ___, drainedAt: ____, leaving, ...kept } = known;
  return { ...kept, leaving: leaving && { wave: leaving.wave, at: leaving.at, generation: leaving.generation } };
};

const keptDeployment = (known: DeploymentState | undefined): unknown => {
  if (!known) return null;
  const { placed: _, placementFailure: __, doorsRefused: ___, ...kept } = known;
  return kept;
};

const keptDraft = (known: DraftState | undefined): unknown => {
  if (!known) return null;
  const { prepared: _, refused: __, ...kept } = known;
  return kept;
};

/** The part of a stack's state that these pieces hold, for the fold and for the pure functions that answer from it. */
export const stateOf = (stack: StackName, pieces: readonly Piece[]): StackState => {
  const of = <T>(kind: PieceKind): (readonly [string, T])[] =>
    pieces.filter((piece) => piece.kind === kind).map(({ key, value }) => [key, value as T] as const);
  const manifests = new Map(of<Pick<VersionState, 'manifest' | 'images'>>('manifest'));
  const [[, own] = ['', { promoted: null }]] = of<Pick<StackState, 'promoted'>>('stack');
  const [[, doors] = ['', null]] = of<StackState['doors']>('doors');
  return {
    ...emptyStack(stack),
    promoted: own.promoted,
    doors,
    containers: OrderedMap.of(of<ContainerState>('container').map(([, kept]) => [kept.container, wholeContainer(kept)] as const)),
    versions: Object.fromEntries(of<VersionState>('version').map(([key, kept]) => [key, { ...(manifests.get(key) ?? UNKNOWN), ...kept }])),
    deployments: Object.fromEntries(
      of<DeploymentState>('deployment').map(([key, kept]) => [key, { ...kept, placed: {}, placementFailure: null, doorsRefused: null }]),
    ),
    drafts: Object.fromEntries(
      of<DraftState>('draft').map(([key, kept]) => [key, { ...kept, prepared: OrderedMap.empty(), refused: OrderedMap.empty() }]),
    ),
  };
};

const wholeContainer = (kept: ContainerState): ContainerState => ({
  // What an earlier release kept names none of these.
  ...{ replaces: null, withdrawn: null, lostAt: null },
  ...kept,
  run: null,
  healthyAt: null,
  drainedBy: OrderedMap.empty(),
  drainedAt: null,
  leaving: kept.leaving && { ...kept.leaving, disregard: [] },
});

/** Of a version whose manifest nobody asked for. */
const UNKNOWN = {
  manifest: { services: {}, datasources: [], volumes: {}, secrets: [] } as unknown as VersionState['manifest'],
  images: {} as VersionState['images'],
};
