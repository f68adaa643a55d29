import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestEngine, type TestEngine } from '#libs/testing';
import { run } from './berth.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly engines: readonly string[];
  }
}

/** A private engine for each file that runs at once, with the base image of the example in it. */
export default async ({ provide, config }: TestProject): Promise<() => Promise<void>> => {
  const engines = await Promise.all(Array.from({ length: config.maxWorkers }, () => startTestEngine()));
  const stop = async (): Promise<void> => void (await Promise.all(engines.map((engine) => engine.stop())));
  await Promise.all(engines.map(buildBase)).catch(async (cause) => {
    await stop();
    throw cause;
  });
  provide(
    'engines',
    engines.map(({ socket }) => socket),
  );
  return stop;
};

const buildBase = async ({ socket }: TestEngine): Promise<void> => {
  const root = new URL('../../..', import.meta.url).pathname;
  const built = await run(process.execPath, [join(root, 'examples/shop/build-base.mjs')], { DOCKER_HOST: `unix://${socket}` });
  if (built.code !== 0) throw new Error(`build the example's base image: ${built.stdout}${built.stderr}`);
};
