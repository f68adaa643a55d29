import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import Docker from 'dockerode';
import { tarOf } from './tar.ts';

/** Images by what their containers do. A reference, which is also what `image` of a container's spec takes. */
export interface TestImages {
  /** Serves `/www` over HTTP on port 80. */
  readonly web: string;
  /** Writes `first` to stdout and `second` to stderr, then exits with code 3. */
  readonly fails: string;
  /** Sleeps until it is told to stop. With the command `['deaf']` it does not hear that. */
  readonly sleeps: string;
}

const APPLETS = ['sh', 'httpd', 'sleep', 'echo', 'cat', 'nc', 'wget', 'nslookup', 'kill', 'ps', 'ip', 'ls', 'env', 'true', 'false'];

/** Puts the images into the engine, without a registry: Debian's static busybox (`apt install busybox-static`) from scratch. */
export const loadTestImages = async (socket: string): Promise<TestImages> => {
  const docker = new Docker({ socketPath: socket });
  const root = await rootFiles();
  const load = (name: string, changes: readonly string[]): Promise<string> => importImage(docker, root, `berth-test/${name}`, changes);
  return {
    web: await load('web', ['EXPOSE 80', 'CMD ["/bin/httpd", "-f", "-p", "80", "-h", "/www"]']),
    fails: await load('fails', ['CMD ["/bin/sh", "-c", "echo first; echo second >&2; exit 3"]']),
    sleeps: await load('sleeps', ['ENTRYPOINT ["/bin/sleeper"]']),
  };
};

const SLEEPER = `#!/bin/sh
if [ "$1" = deaf ]; then trap '' TERM; else trap 'exit 0' TERM; fi
while :; do sleep 1000 & wait; done
`;

const rootFiles = async (): Promise<Buffer> =>
  tarOf([
    ...['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'www'].map((path) => ({ path: `${path}/`, content: 'folder' as const })),
    { path: 'bin/busybox', content: await readFile('/bin/busybox') },
    ...APPLETS.map((applet) => ({ path: `bin/${applet}`, mode: 0o777, content: { link: 'busybox' } })),
    { path: 'bin/sleeper', content: Buffer.from(SLEEPER) },
    { path: 'www/index.html', mode: 0o644, content: Buffer.from('hello\n') },
  ]);

const importImage = async (docker: Docker, root: Buffer, name: string, changes: readonly string[]): Promise<string> => {
  const answer = await docker.importImage(Readable.from([root]) as never, { repo: name, tag: 'latest', changes: [...changes] } as never);
  await finished((answer as unknown as Readable).resume());
  const { Id } = await docker.getImage(`${name}:latest`).inspect();
  if (!Id) throw new Error(`load test image ${name}: the engine does not have it`);
  return `${name}:latest`;
};
