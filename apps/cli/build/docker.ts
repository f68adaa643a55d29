import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Build } from '#libs/manifest/yaml';
import { EXIT, Exit } from '../exit.ts';
import type { Environment } from '../settings.ts';
import { type Ended, run } from './process.ts';

export interface BuildOrder extends Build {
  readonly service: string;
  /** The folder of the compose.yaml. */
  readonly folder: string;
  /** The name of the image, as the manifest has it. */
  readonly image: string;
}

/** The docker command line on this machine: it knows contexts, builders and credentials that Berth need not know. */
export class Docker {
  readonly #env: Environment;

  /** `engine`: the path of a socket; null leaves the choice to docker. */
  constructor(env: Environment, engine: string | null) {
    this.#env = engine === null ? env : { ...env, DOCKER_HOST: `unix://${engine}` };
  }

  /** Builds and tags an image, and gives its id: `sha256:…`. Throws the build's output when it fails. */
  async build(order: BuildOrder, signal: AbortSignal): Promise<string> {
    const scratch = await mkdtemp(join(tmpdir(), 'berth-build-'));
    try {
      const idFile = join(scratch, 'id');
      // A value on the command line would stand in the list of processes, so docker takes it from its environment.
      const env = { ...this.#env, ...order.args };
      const ended = await run('docker', buildArguments(order, idFile), { env: { ...env, ...this.#reserved(order) }, signal });
      if (ended.code !== 0) throw buildFailure(order, ended);
      const id = (await readFile(idFile, 'utf8')).trim();
      await this.#keep(order.image, id);
      return id;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /**
   * The content of an image that the engine has: `name@sha256:…` where a registry has it under this name, so that every host can fetch it, else
   * its id here. Null when the engine has none of this name.
   */
  async contentOf(reference: string): Promise<string | null> {
    const ended = await run('docker', ['image', 'inspect', '--format', '{{.Id}} {{json .RepoDigests}}', reference], { env: this.#env });
    return ended.code === 0 ? readContent(reference, ended.stdout) : null;
  }

  /** A second tag, so that the next build doesn't leave this one to the first clean-up: a rollback needs it. */
  async #keep(image: string, id: string): Promise<void> {
    await run('docker', ['tag', id, `${nameOf(image)}:${shortId(id)}`], { env: this.#env });
  }

  /** What docker itself reads keeps its meaning; see `buildArguments` for how such an argument is handed over. */
  #reserved({ args }: BuildOrder): Environment {
    return Object.fromEntries(
      Object.keys(args)
        .filter(isReserved)
        .map((name) => [name, this.#env[name]]),
    );
  }
}

/** `1a2b3c4d5e6f`. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

export const buildArguments = (order: BuildOrder, idFile: string): string[] => {
  const { context, dockerfile, args, target, folder, image } = order;
  const isRemote = /^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(context);
  const place = isRemote ? context : resolve(folder, context);
  return [
    ...['build', '--iidfile', idFile, '--tag', /[:@][^/]*$/.test(image) ? image : `${image}:latest`],
    ...['--file', isRemote ? dockerfile : resolve(place, dockerfile)],
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', isReserved(name) ? `${name}=${value}` : name]),
    ...(target === null ? [] : ['--target', target]),
    place,
  ];
};

const isReserved = (name: string): boolean => /^(PATH|HOME|TMPDIR|DOCKER_.*|BUILDX_.*|BUILDKIT_.*)$/.test(name);

/** From `sha256:… ["name@sha256:…"]`. */
export const readContent = (reference: string, said: string): string | null => {
  const [, id, digests = 'null'] = /^(sha256:\S+)(?: (.*))?$/.exec(said.trim()) ?? [];
  if (id === undefined) return null;
  const known = (JSON.parse(digests) as readonly string[] | null) ?? [];
  return known.find((digest) => familiar(nameOf(digest)) === familiar(nameOf(reference))) ?? id;
};

/** As people write it: `docker.io/library/nginx` is `nginx`. */
const familiar = (name: string): string => name.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');

const nameOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** The words of the legacy builder about itself. */
const NOISE = /^DEPRECATED: The legacy builder[\s\S]*?\n\n/;

export const buildFailure = ({ service, dockerfile }: BuildOrder, { code, error, output }: Ended): Exit => {
  if (error === 'ABORT_ERR') return new Exit(EXIT.interrupted, `build ${service}: interrupted; nothing was deployed`);
  if (error === 'ENOENT')
    return new Exit(EXIT.unexpected, `build ${service}: no docker command is on the PATH; install it, or write image: instead of build:`);
  if (error !== null) return new Exit(EXIT.unexpected, `build ${service}: docker can't be started: ${error}`);
  const isAway = output.includes('Cannot connect to the Docker daemon');
  const fix = isAway ? 'start Docker, or name its socket in BERTH_ENGINE' : `mend ${dockerfile} and deploy again`;
  const words = output.replace(NOISE, '').trimEnd();
  return new Exit(EXIT.unexpected, `build ${service}: docker build failed with exit code ${code}\n${words}\n${fix}; nothing was deployed`);
};
