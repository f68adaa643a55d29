import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock, SystemIds } from '#libs/clock';
import { awaitListener, freePorts } from './ports.ts';
import { Program, runProgram } from './process.ts';

/** Patterns of names (RabbitMQ's regular expressions): `^$` allows nothing, `.*` everything. */
interface BrokerPermissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface TestBroker {
  /** Of a user who may do everything. */
  readonly url: string;
  /** A new user; gives back the user's own url. */
  addUser(name: string, password: string, permissions: BrokerPermissions): Promise<string>;
  /** Many at once; gives back their urls by name. */
  addUsers(users: Readonly<Record<string, BrokerPermissions>>): Promise<Readonly<Record<string, string>>>;
  /** `rabbitmqctl`; gives back what it printed. Takes a second or two. */
  ctl(...args: readonly string[]): Promise<string>;
  /** Ends the broker as an operator would; data, users and url stay for `startBroker`. */
  stopBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** SIGKILL: `startBroker` begins with what was on disk. */
  kill(): Promise<void>;
  /** Ends everything and removes the data. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const clock = new SystemClock();

/** A RabbitMQ node of this test's own, on the loopback; it dies with the test's process. Needs the package rabbitmq-server. About 5 seconds. */
export const startTestBroker = async (dir?: string): Promise<TestBroker> => {
  const home = dir ?? mkdtempSync('/tmp/berth-mq-');
  const [epmdPort = 0, port = 0, distPort = 0, ctlPort = 0] = await freePorts(4);
  const env = environment(home, { epmdPort, port, distPort, ctlPort });
  prepare(home);
  const epmd = new Program(['epmd'], env);
  await awaitListener(epmdPort, clock, START_MS, () => insist(epmd, 'epmd', ''));
  const run = (...args: readonly string[]): Promise<string> => runProgram([join(programs(), 'rabbitmqctl'), '--quiet', ...args], env);
  let server = await startServer(env, port, home);
  let startup: Promise<unknown> | null = null;
  // A broker listens to clients some moments before it takes commands.
  const ctl = async (...args: readonly string[]): Promise<string> => {
    startup ??= run('await_startup');
    await startup;
    return run(...args);
  };
  return {
    url: urlOf('guest', 'guest', port),
    ctl,
    addUser: async (name, password, permissions) => {
      await define(ctl, home, [{ name, password, permissions }]);
      return urlOf(name, password, port);
    },
    addUsers: async (permissions) => {
      const users = Object.entries(permissions).map(([name, each]) => ({ name, password: `of ${name}`, permissions: each }));
      await define(ctl, home, users);
      return Object.fromEntries(users.map(({ name, password }) => [name, urlOf(name, password, port)]));
    },
    stopBroker: () => server.end('SIGTERM'),
    startBroker: async () => {
      server = await startServer(env, port, home);
      startup = null;
    },
    kill: () => server.end('SIGKILL'),
    stop: async () => {
      await server.end('SIGTERM');
      await epmd.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
};

interface User {
  readonly name: string;
  readonly password: string;
  readonly permissions: BrokerPermissions;
}

/** In one go: each command of rabbitmqctl takes a second. */
const define = async (ctl: TestBroker['ctl'], home: string, users: readonly User[]): Promise<void> => {
  const file = join(home, 'users.json');
  const definitions = {
    users: users.map(({ name, password }) => ({ name, password, tags: '' })),
    permissions: users.map(({ name, permissions }) => ({ user: name, vhost: '/', ...permissions })),
  };
  writeFileSync(file, JSON.stringify(definitions));
  await ctl('import_definitions', file);
};

const startServer = async (env: Readonly<Record<string, string>>, port: number, home: string): Promise<Program> => {
  const server = new Program([join(programs(), 'rabbitmq-server')], env);
  await awaitListener(port, clock, START_MS, () => insist(server, 'rabbitmq-server', logOf(home)));
  return server;
};

const insist = (program: Program, name: string, log: string): void => {
  if (!program.isRunning) throw new Error(`start ${name}: it ended: ${program.words}${log}`);
};

/** The package's own programs: those in /usr/sbin change to another user first. */
const programs = (): string => {
  const lib = '/usr/lib/rabbitmq/lib';
  const version = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('rabbitmq_server-')) : undefined;
  if (!version) throw new Error(`start RabbitMQ: ${lib} holds no server; install the package rabbitmq-server`);
  return join(lib, version, 'sbin');
};

const prepare = (home: string): void => {
  mkdirSync(home, { recursive: true });
  const cookie = join(home, '.erlang.cookie');
  if (!existsSync(cookie)) writeFileSync(cookie, Buffer.from(new SystemIds().bytes(20)).toString('hex'), { mode: 0o400 });
  writeFileSync(join(home, 'enabled_plugins'), '[].\n');
  writeFileSync(join(home, 'rabbitmq.conf'), 'log.console = false\n');
};

interface Ports {
  readonly epmdPort: number;
  readonly port: number;
  readonly distPort: number;
  readonly ctlPort: number;
}

const LOOPBACK = '-kernel inet_dist_use_interface {127,0,0,1}';
/** What has nothing to do sleeps: by itself Erlang spins for a while, on cores that others need. */
const CALM = '+sbwt none +sbwtdcpu none +sbwtdio none';

/** Nothing of our own environment, no file outside `home`, no port that others can reach. */
const environment = (home: string, { epmdPort, port, distPort, ctlPort }: Ports): Readonly<Record<string, string>> => ({
  ...{ PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: home },
  ...{ ERL_EPMD_PORT: `${epmdPort}`, ERL_EPMD_ADDRESS: '127.0.0.1' },
  ...{ RABBITMQ_NODENAME: `berth-${port}@localhost`, RABBITMQ_NODE_PORT: `${port}`, RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1' },
  ...{ RABBITMQ_DIST_PORT: `${distPort}`, RABBITMQ_CTL_DIST_PORT_MIN: `${ctlPort}`, RABBITMQ_CTL_DIST_PORT_MAX: `${ctlPort + 10}` },
  ...{ RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `${LOOPBACK} ${CALM}`, RABBITMQ_CTL_ERL_ARGS: LOOPBACK },
  ...{ RABBITMQ_MNESIA_BASE: join(home, 'mnesia'), RABBITMQ_LOG_BASE: join(home, 'log'), RABBITMQ_PID_FILE: join(home, 'pid') },
  ...{ RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'), RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins') },
  ...{ RABBITMQ_GENERATED_CONFIG_DIR: join(home, 'schema'), RABBITMQ_CONF_ENV_FILE: '/dev/null' },
  // Makes the start script become the server instead of waiting for it: our child is the broker itself.
  RUNNING_UNDER_SYSTEMD: 'true',
});

const logOf = (home: string): string => {
  const dir = join(home, 'log');
  const files = existsSync(dir) ? readdirSync(dir) : [];
  return files.map((name) => readFileSync(join(dir, name), 'utf8').slice(-2000)).join('');
};

const urlOf = (name: string, password: string, port: number): string =>
  `amqp://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
