import type { MoveView } from '#libs/contracts';
import type { Line, Stepped } from '../api/progress.ts';
import type { WireEvent } from '../api/wire-event.ts';

/** What the log has said of moves that were asked for. */
export interface MovesProgress {
  /** By container: the host to which it shall go. Those that are gone from where they were, or shall stay, are no longer here. */
  readonly moving: Readonly<Record<string, string>>;
  /** By replacement: the container in whose place it comes. */
  readonly replaces: Readonly<Record<string, string>>;
  readonly done: number;
  /** Those that stay after all, and why. */
  readonly refused: Readonly<Record<string, string>>;
}

export const beginMoves = (moves: readonly MoveView[]): MovesProgress => ({
  moving: Object.fromEntries(moves.map(({ container, to }) => [container, to])),
  replaces: {},
  done: 0,
  refused: {},
});

/** Folds the next event of the log. */
export const takeMoveStep = (progress: MovesProgress, event: WireEvent): Stepped<MovesProgress> => {
  const step = (patch: Partial<MovesProgress>, ...lines: readonly Line[]): Stepped<MovesProgress> => ({
    progress: { ...progress, ...patch },
    lines,
  });
  const nothing = step({});
  switch (event.type) {
    case 'ContainersPlaced': {
      const ours = event.data.placements.filter(({ replaces }) => replaces !== undefined && replaces in progress.moving);
      const replaces = Object.fromEntries(ours.map((placed) => [placed.container, placed.replaces ?? '']));
      const lines = ours.map((placed): Line => ['moves', `${placed.replaces} to ${placed.host} as ${placed.container}`]);
      return step({ replaces: { ...progress.replaces, ...replaces } }, ...lines);
    }
    case 'ContainerHealthy': {
      const replaced = progress.replaces[event.data.container];
      return replaced === undefined ? nothing : step({}, ['healthy', `${event.data.container}, in the place of ${replaced}`]);
    }
    case 'ContainerFailed': {
      const { container, message } = event.data;
      return container in progress.replaces ? step({}, ['failed', `${container}: ${message}`]) : nothing;
    }
    case 'PlacementReleased': {
      const { [event.data.container]: gone, ...moving } = progress.moving;
      return gone === undefined ? nothing : step({ moving, done: progress.done + 1 }, ['gone', event.data.container]);
    }
    case 'MovesRefused': {
      const { reason } = event.data;
      const ours = event.data.containers.filter((container) => container in progress.moving);
      const moving = Object.fromEntries(Object.entries(progress.moving).filter(([container]) => !ours.includes(container as never)));
      const refused = Object.fromEntries(ours.map((container) => [container, reason]));
      return step(
        { moving, refused: { ...progress.refused, ...refused } },
        ...ours.map((container): Line => ['stays', `${container}: ${reason}`]),
      );
    }
    default:
      return nothing;
  }
};

export const isMoved = ({ moving }: MovesProgress): boolean => Object.keys(moving).length === 0;

export const awaitedBy = ({ moving }: MovesProgress): string =>
  Object.entries(moving)
    .map(([container, host]) => `${container} to leave for ${host}`)
    .join(', ');
