/**
 * Intervals in plain B-trees (a relational interval tree): each is kept under one node of a binary tree that is only thought of, so that
 * whatever held at a position is found under one node a level, however long the log is.
 */

/** The node of the positions `from` to `to`, the latter not included: of those it covers, the one that most powers of two divide. */
export const nodeOf = (from: number, to: number): number => {
  const last = to - 1;
  if (last <= from) return from;
  let size = 1;
  while (Math.floor(from / (size * 2)) !== Math.floor(last / (size * 2))) size *= 2;
  return Math.floor(last / size) * size;
};

export interface Nodes {
  /** What is kept here began in time: it holds at the position if it ends later. */
  readonly before: readonly number[];
  /** What is kept here ends later: it holds if it began in time. */
  readonly after: readonly number[];
}

/** Every node under which an interval that covers the position may be kept, in a log of `head` positions. */
export const nodesAt = (position: number, head: number): Nodes => {
  const nodes: number[] = [];
  for (let size = 1; size <= head; size *= 2) nodes.push(Math.floor(position / (size * 2)) * size * 2 + size);
  return { before: nodes.filter((node) => node <= position), after: nodes.filter((node) => node > position) };
};
