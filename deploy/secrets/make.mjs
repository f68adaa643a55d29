// Makes the secrets of a composed Berth where they are missing, and from them the files that each service reads: one folder for each of them, so
// that none sees another's. Run once before everything else (service `secrets`); safe to run again. What exists is kept.
// Usage: make.mjs FOLDER. Settings: BERTH_HOST, the host whose agent gets a user of the broker.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VHOST = 'berth';
const [folder] = process.argv.slice(2);
const host = process.env.BERTH_HOST ?? 'main';
const agentUser = `host-${host}`;
/** As `agentPermissions` of libs/bus/amqp: a queue of its own, which it can't bind to anything, and mail to the services. */
const own = `^mail\\.host/${host}$`;
const agentRights = { configure: own, write: '^berth\\.mail$', read: own };
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

for (const each of ['broker', 'database', 'gateway', 'control', 'agent']) {
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
const control = secret('control/broker-password');
const agent = secret('agent/broker-password');
secret('gateway/token', 'berth_');

write('gateway/migrate-database-url', `postgres://berth_migrate:${migrate}@database:5432/berth`);
write('control/database-url', `postgres://berth_append:${append}@database:5432/berth`);
write('control/amqp-url', `amqp://berth:${control}@broker:5672/${VHOST}`);
write('agent/amqp-url', `amqp://${agentUser}:${agent}@127.0.0.1:${brokerPort}/${VHOST}`);
write(
  'broker/definitions.json',
  JSON.stringify({
    users: [brokerUser('berth', control), brokerUser(agentUser, agent)],
    vhosts: [{ name: VHOST }],
    permissions: [
      { user: 'berth', vhost: VHOST, configure: '.*', write: '.*', read: '.*' },
      { user: agentUser, vhost: VHOST, ...agentRights },
    ],
  }),
);
