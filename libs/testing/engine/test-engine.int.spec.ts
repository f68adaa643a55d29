import { access } from 'node:fs/promises';
import Docker from 'dockerode';
import { expect, it } from 'vitest';
import { loadTestImages } from './images.ts';
import { startTestEngine } from './test-engine.ts';

it('runs an image made here and leaves nothing behind', async () => {
  const engine = await startTestEngine();
  const images = await loadTestImages(engine.socket);
  const docker = new Docker({ socketPath: engine.socket });
  const container = await docker.createContainer({ Image: images.fails, HostConfig: { NetworkMode: 'none' } });
  await container.start();
  expect(await container.wait()).toEqual(expect.objectContaining({ StatusCode: 3 }));
  await engine.stop();
  await expect(access(engine.socket)).rejects.toThrow('ENOENT');
}, 60_000);
