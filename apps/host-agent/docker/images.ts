import type Docker from 'dockerode';
import { isImageId, type ReportedImages } from '#libs/contracts';

type Listed = Pick<Docker.ImageInfo, 'Id' | 'Created'> & {
  readonly RepoTags?: readonly string[] | null | undefined;
  readonly RepoDigests?: readonly string[] | null | undefined;
};

/** So many of a kind are told: of very many, the newest. */
const MOST_LOCAL = 250;
const MOST_OTHERS = 750;

/** What the engine says of its images: those that have a name here and a digest in no registry, and all others. */
export const imagesOf = (listed: readonly Listed[]): ReportedImages => {
  const newest = [...listed].sort((a, b) => b.Created - a.Created || (a.Id < b.Id ? -1 : 1));
  const [local, others] = [newest.filter(isLocal), newest.filter((image) => !isLocal(image))];
  return { local: idsOf(local, MOST_LOCAL), others: idsOf(others, MOST_OTHERS) };
};

const idsOf = (images: readonly Listed[], most: number): readonly string[] =>
  images
    .slice(0, most)
    .map(({ Id }) => Id)
    .filter(isImageId)
    .sort();

const isLocal = ({ RepoTags, RepoDigests }: Listed): boolean => named(RepoTags).length > 0 && named(RepoDigests).length === 0;

/** `<none>` stands where there is no name. */
const named = (names: readonly string[] | null | undefined): readonly string[] =>
  (names ?? []).filter((name) => !name.startsWith('<none>'));
