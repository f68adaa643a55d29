/**
 * Shares the lanes evenly (nobody has two more than another): each goes to the member that its draw puts first and that has room. Every
 * replica that knows the same members finds the same owners, in whatever order it knows them.
 */
export const sharesOf = (members: readonly string[], lanes: number): ReadonlyMap<string, readonly number[]> => {
  const all = [...new Set(members)].sort();
  const shares = new Map(all.map((member) => [member, [] as number[]]));
  const least = all.length === 0 ? 0 : Math.floor(lanes / all.length);
  const give = (lane: number, room: number): boolean => {
    const free = all.filter((member) => (shares.get(member)?.length ?? 0) < room);
    const [first] = free.sort((a, b) => draw(b, lane) - draw(a, lane) || (a < b ? -1 : 1));
    if (first === undefined) return false;
    shares.get(first)?.push(lane);
    return true;
  };
  const left = Array.from({ length: lanes }, (_, lane) => lane).filter((lane) => !give(lane, least));
  for (const lane of left) give(lane, least + 1);
  return shares;
};

/** How far a member is put in front for a lane: FNV-1a (32 bits), stirred so that near names lie far apart. */
export const draw = (member: string, lane: number): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${lane}/${member}`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
};
