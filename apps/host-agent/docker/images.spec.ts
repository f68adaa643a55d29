import { expect, it } from 'vitest';
import { imagesOf } from './images.ts';

const id = (nth: number): string => `sha256:${String(nth).padStart(64, '0')}`;
const listed = (nth: number, RepoTags: readonly string[] | null, RepoDigests: readonly string[] | null) => ({
  ...{ Id: id(nth), Created: nth, RepoTags, RepoDigests },
});

it('tells images that have a name here and a digest in no registry from all others', () => {
  const images = [
    listed(4, ['shop-web:latest'], null),
    listed(3, ['shop-api:latest'], ['<none>@<none>']),
    listed(2, ['nginx:1.27'], ['nginx@sha256:1']),
    listed(1, ['<none>:<none>'], []),
  ];
  expect(imagesOf(images)).toEqual({ local: [id(3), id(4)], others: [id(1), id(2)] });
});

it('tells the newest of very many, in the order of their ids', () => {
  const images = Array.from({ length: 2000 }, (_, nth) => listed(nth, nth % 2 === 0 ? ['a:1'] : [], []));
  const { local, others } = imagesOf(images);
  expect([local.length, local[0], local.at(-1)]).toEqual([250, id(1500), id(1998)]);
  expect([others.length, others.at(-1)]).toEqual([750, id(1999)]);
});
