import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../stories/harness/berth.ts';
import { must } from './programs.ts';

const SHOP = new URL('../../../examples/shop', import.meta.url).pathname;
const images = ['shop-web', 'shop-api'];

/** Its images differ in nothing but the environment between versions, so that they are brought to each host once. */
export const fleetShop = join(import.meta.dirname, '../compose.yaml');

/** Without a registry, from the Node binary of this project. */
export const buildExample = async (engine: string): Promise<void> => {
  const env = { DOCKER_HOST: `unix://${engine}`, DOCKER_BUILDKIT: '0' };
  const built = await run(process.execPath, [join(SHOP, 'build-base.mjs')], env);
  if (built.code !== 0) throw new Error(`build the example's base image: ${built.stdout}${built.stderr}`);
  for (const image of images) {
    const made = await run('docker', ['build', '--quiet', '--tag', image, join(SHOP, image.slice('shop-'.length))], env);
    if (made.code !== 0) throw new Error(`build ${image}: ${made.stderr}`);
  }
};

/** Writes them into one file. */
export const saveExample = async (engine: string, file: string): Promise<void> => {
  await must('docker', '-H', `unix://${engine}`, 'save', '--output', file, ...images);
};

/** An image that no other engine has, made of one that is there. */
export const buildOnly = async (engine: string, name: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bh-only-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM shop-web\nLABEL only=here\n');
  await must('docker', '-H', `unix://${engine}`, 'build', '--quiet', '--tag', name, folder).finally(() =>
    rmSync(folder, { recursive: true }),
  );
};

/** A manifest of two containers of it. */
export const onlyOf = (image: string): object => ({
  name: 'only',
  services: { web: { image, command: ['/bin/node', '-e', 'setInterval(() => undefined, 1000)'], deploy: { replicas: 2 } } },
});
