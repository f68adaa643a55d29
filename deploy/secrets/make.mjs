// Makes the secrets of a composed Berth where they are missing, and from them the files that each service reads: one folder for each of them, so
// that none sees another's. Run once before everything else (service `secrets`); safe to run again. What exists is kept.
// Usage: make.mjs FOLDER. Settings: BERTH_HOST, the host whose agent gets a user of the broker.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentPermissions, CONTROL_SERVICES, servicePermissions } from '#libs/bus/amqp';

const VHOST = 'berth';
const [folder] = process.argv.slice(2);
const host = process.env.BERTH_HOST ?? 'main';
const agentUser = `host-${host}`;
const brokerPort = process.env.BERTH_BROKER_PORT ?? '5672';

const write = (path, text) => {
  const file = join(folder, path);
  writeFileSync(file, text, { mode: 0o444 });
  chmodSync(file, 0o444);
};

/** A secret of that name, made when it is asked for the first time. It is alike after each run. */
const secret = (path, prefix = '') => {
  const file = join(folder, path);
  if (!existsSync(file)) write(path, `${prefix}${randomBytes(24).toString('base64url')}`);
  return readFileSync(file, 'utf8').trim();
};

for (const each of ['broker', 'database', 'control', 'agent', ...CONTROL_SERVICES]) {
  mkdirSync(join(folder, each), { recursive: true });
  chmodSync(join(folder, each), 0o755);
}

/** The salt is drawn from the password, so that the file says the same after each run. */
const brokerHash = (password) => {
  const salt = createHash('sha256').update(`salt of ${password}`).digest().subarray(0, 4);
  const hash = createHash('sha256').update(salt).update(password, 'utf8').digest();
  return Buffer.concat([salt, hash]).toString('base64');
};
const brokerUser = (name, password) => ({ name, password_hash: brokerHash(password), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: '' });

secret('database/superuser');
const migrate = secret('database/migrate');
const append = secret('database/append');
const brokerUsers = [
  ...CONTROL_SERVICES.map((service) => ({ name: `berth-${service}`, folder: service, permissions: servicePermissions(service) })),
  { name: agentUser, folder: 'agent', permissions: agentPermissions(host) },
].map((user) => ({ ...user, password: secret(`${user.folder}/broker-password`) }));
secret('gateway/token', 'berth_');

write('gateway/migrate-database-url', `postgres://berth_migrate:${migrate}@database:5432/berth`);
write('control/database-url', `postgres://berth_append:${append}@database:5432/berth`);
for (const { name, folder, password } of brokerUsers) {
  const place = folder === 'agent' ? `127.0.0.1:${brokerPort}` : 'broker:5672';
  write(`${folder}/amqp-url`, `amqp://${name}:${password}@${place}/${VHOST}`);
}
write(
  'broker/definitions.json',
  JSON.stringify({
    users: brokerUsers.map(({ name, password }) => brokerUser(name, password)),
    vhosts: [{ name: VHOST }],
    permissions: brokerUsers.map(({ name, permissions }) => ({ user: name, vhost: VHOST, ...permissions })),
  }),
);
