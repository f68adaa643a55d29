import { describe, expect, it } from 'vitest';
import { type BuildOrder, buildArguments, buildFailure, readContent } from './docker.ts';

const order: BuildOrder = {
  service: 'web',
  folder: '/app',
  image: 'shop-web',
  context: './web',
  dockerfile: 'Dockerfile',
  args: {},
  target: null,
};
const ended = { code: 1, stdout: '', output: '', error: null };

describe('buildArguments', () => {
  it('resolve context and Dockerfile from the folder of the manifest', () => {
    expect(buildArguments({ ...order, dockerfile: 'docker/prod' }, '/id')).toEqual([
      'build',
      '--iidfile',
      '/id',
      '--tag',
      'shop-web:latest',
      '--file',
      '/app/web/docker/prod',
      '/app/web',
    ]);
  });

  it('keep a tag that the manifest gives', () => {
    expect(buildArguments({ ...order, image: 'localhost:5000/web:1' }, '/id')).toContain('localhost:5000/web:1');
    expect(buildArguments({ ...order, image: 'localhost:5000/web' }, '/id')).toContain('localhost:5000/web:latest');
  });

  it('show no value of a build argument', () => {
    expect(buildArguments({ ...order, args: { KEY: 'hush' }, target: 'run' }, '/id').slice(7)).toEqual([
      '--build-arg',
      'KEY',
      '--target',
      'run',
      '/app/web',
    ]);
  });

  it('leave to docker what docker itself reads', () => {
    expect(buildArguments({ ...order, args: { DOCKER_HOST: 'x' } }, '/id')).toContain('DOCKER_HOST=x');
  });

  it('leave a remote context alone', () => {
    expect(buildArguments({ ...order, context: 'https://example.com/a.git' }, '/id').slice(-3)).toEqual([
      '--file',
      'Dockerfile',
      'https://example.com/a.git',
    ]);
  });
});

describe('readContent', () => {
  const id = `sha256:${'a'.repeat(64)}`;

  it.each([
    ['nginx:1.27', `["nginx@sha256:1"]`, 'nginx@sha256:1'],
    ['docker.io/library/nginx', `["mirror.example/nginx@sha256:2","nginx@sha256:1"]`, 'nginx@sha256:1'],
    ['localhost:5000/web', `["localhost:5000/web@sha256:1"]`, 'localhost:5000/web@sha256:1'],
  ])('of %s is its digest in the registry of its name', (reference, digests, content) => {
    expect(readContent(reference, `${id} ${digests}\n`)).toBe(content);
  });

  it.each(['[]', 'null', '["nginx@sha256:1"]'])('is the id here where no registry has it under its name: %s', (digests) => {
    expect(readContent('shop/web:1', `${id} ${digests}\n`)).toBe(id);
  });

  it('is nothing where docker does not name an id', () => {
    expect(readContent('web', 'a1b2c3')).toBeNull();
  });
});

describe('buildFailure', () => {
  it.each([
    [{ ...ended, output: 'step 2 failed' }, /exit code 1\nstep 2 failed\nmend Dockerfile/],
    [{ ...ended, output: 'Cannot connect to the Docker daemon at x' }, /BERTH_ENGINE/],
    [{ ...ended, code: null, error: 'ENOENT' }, /no docker command/],
    [{ ...ended, output: 'DEPRECATED: The legacy builder is old.\n  Install it\n\nreal words' }, /exit code 1\nreal words\n/],
  ])('of %j', (how, words) => {
    expect(buildFailure(order, how).message).toMatch(words);
  });
});
