import type { StackState, VersionState } from './state.ts';

/** So many versions of a stack that are over are known, for who asks what became of them. */
const KEPT = 10;

/**
 * Drops the oldest versions that failed or were retired, with their deployments: no decision reads them once their containers are
 * gone, and a stack that is deployed a thousand times shall cost what it cost at first. The log still has them.
 */
export const forgetOver = (state: StackState): StackState => {
  const over = Object.values(state.versions).filter(isOver);
  if (over.length <= KEPT) return state;
  const held = new Set(state.containers.values().map(({ version }) => version));
  const forgotten = over.slice(0, -KEPT).filter(({ version }) => !held.has(version));
  const [versions, deployments] = [{ ...state.versions }, { ...state.deployments }];
  for (const { version, deployment } of forgotten) {
    delete versions[version];
    delete deployments[deployment];
  }
  return forgotten.length === 0 ? state : { ...state, versions, deployments };
};

const isOver = ({ status }: VersionState): boolean => status === 'retired' || status === 'failed';
