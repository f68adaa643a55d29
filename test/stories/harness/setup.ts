import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestEngine } from '#libs/testing';
import { run } from './berth.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly engine: string;
  }
}

/** One private engine for all stories, with the base image of the example in it. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const engine = await startTestEngine();
  const root = new URL('../../..', import.meta.url).pathname;
  const built = await run(process.execPath, [join(root, 'examples/shop/build-base.mjs')], { DOCKER_HOST: `unix://${engine.socket}` });
  if (built.code !== 0) {
    await engine.stop();
    throw new Error(`build the example's base image: ${built.stdout}${built.stderr}`);
  }
  provide('engine', engine.socket);
  return () => engine.stop();
};
