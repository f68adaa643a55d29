import { expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { deploymentOf, History, manifestOf } from '#libs/testing/history';
import { AskedImages } from './asked-images.ts';

const shop = 'shop' as StackName;
const naming = (history: History, version: number, digest: string | null): History =>
  history.happened('stack/shop', 'VersionCreated', {
    ...{ stack: shop, deployment: deploymentOf('shop', version), version, revision: null },
    ...{ manifest: manifestOf('shop', { web: {} }), images: { web: { reference: 'shop-web', digest } } },
  });

it('says once that a stack names another image by its id, and nothing of images of a registry', () => {
  const [asked, history] = [new AskedImages(), new History()];
  const says = (version: number, digest: string | null): readonly boolean[] => {
    const { world } = naming(history, version, digest);
    return [asked.isNew(world, [shop]), asked.isNew(world, [shop])];
  };
  expect(says(1, null)).toEqual([false, false]);
  expect(says(2, `sha256:${'a'.repeat(64)}`)).toEqual([true, false]);
  expect(says(3, `sha256:${'a'.repeat(64)}`)).toEqual([false, false]);
  expect(says(4, `nginx@sha256:${'b'.repeat(64)}`)).toEqual([false, false]);
});
