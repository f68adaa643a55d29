import { Rejected, type Server } from '#libs/contracts';
import { isDoorPath, isServerName } from '../claims.ts';
import { block, type Directive, line, serialize } from './directive.ts';

export interface ConfPlace {
  /** Folder of Nginx's dynamic modules. */
  readonly modules: string;
  /** The control socket; all other paths are relative to Nginx's prefix. */
  readonly socket: string;
  /** Whom the workers run as, with a folder of its own for what is too large for memory. */
  readonly workers: { readonly user: string; readonly group: string };
  /** What `GET /id` answers while this text is live. */
  readonly id: string;
}

/**
 * The static half of a proxy: listeners, names and how requests are passed on. Endpoints are not in it: Lua finds them by `$berth_door`, so that
 * moving traffic from one version to the next leaves this text, and thus every connection, alone.
 */
export const renderConf = (servers: readonly Server[], place: ConfPlace): string => {
  for (const path of [place.modules, place.socket])
    if (!/^\/[\w./@+,-]*$/.test(path)) throw new Rejected(`render nginx.conf: ${JSON.stringify(path)} is no path of plain letters`);
  for (const name of Object.values(place.workers))
    if (!/^[a-z_][\w.-]*$/i.test(name)) throw new Rejected(`render nginx.conf: ${JSON.stringify(name)} is no name of a user or group`);
  return serialize([...main(place), block('events', [], [line('worker_connections', '16384')]), block('http', [], http(servers, place))]);
};

const main = ({ modules, workers }: ConfPlace): readonly Directive[] => [
  line('load_module', `${modules}/ndk_http_module.so`),
  line('load_module', `${modules}/ngx_http_lua_module.so`),
  line('user', workers.user, workers.group),
  line('worker_processes', 'auto'),
  line('worker_rlimit_nofile', '65536'),
  line('worker_shutdown_timeout', '1h'),
  line('pid', 'nginx.pid'),
  line('error_log', 'error.log', 'warn'),
];

const http = (servers: readonly Server[], place: ConfPlace): readonly Directive[] => [
  ...lua,
  ...limits,
  ...temporary(place),
  ...forwarding,
  upstream,
  control(place),
  ...[...new Set(servers.map((server) => server.port))]
    .sort((a, b) => a - b)
    .flatMap((port) =>
      listener(
        port,
        servers.filter((server) => server.port === port).sort((a, b) => (a.key < b.key ? -1 : 1)),
      ),
    ),
];

const lua: readonly Directive[] = [
  line('lua_package_path', '$prefix/lua/?.lua;/usr/share/lua/5.1/?.lua;;'),
  line('lua_shared_dict', 'berth_doors', '32m'),
  line('lua_shared_dict', 'berth_flight', '16m'),
  line('init_by_lua_file', 'lua/init.lua'),
  line('init_worker_by_lua_file', 'lua/init-worker.lua'),
];

const limits: readonly Directive[] = [
  line('access_log', 'off'),
  line('server_tokens', 'off'),
  line('default_type', 'text/plain'),
  line('server_names_hash_bucket_size', '512'),
  line('server_names_hash_max_size', '65536'),
  line('keepalive_requests', '100000'),
  line('client_max_body_size', '0'),
];

/** Workers of another user than before can't write into the folders that it left. */
const temporary = ({ workers }: ConfPlace): readonly Directive[] => [
  line('client_body_temp_path', `temp/${workers.user}/body`),
  ...['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => line(`${kind}_temp_path`, `temp/${workers.user}/${kind}`)),
];

const forwarding: readonly Directive[] = [
  block('map', ['$http_upgrade', '$berth_connection'], [line('default', 'upgrade'), line('', '')]),
  // HTTP/1.0 may come without a Host, HTTP/1.1 must not go on without one.
  block('map', ['$http_host', '$berth_host'], [line('default', '$http_host'), line('', '$host')]),
  line('proxy_http_version', '1.1'),
  line('proxy_redirect', 'off'),
  ...(
    [
      ['Host', '$berth_host'],
      ['X-Forwarded-For', '$remote_addr'],
      ['X-Forwarded-Host', '$berth_host'],
      ['X-Forwarded-Port', '$server_port'],
      ['X-Forwarded-Proto', '$scheme'],
      ['X-Request-ID', '$request_id'],
      ['Upgrade', '$http_upgrade'],
      ['Connection', '$berth_connection'],
      // An application that runs as CGI would take it for HTTP_PROXY.
      ['Proxy', ''],
    ] as const
  ).map(([name, value]) => line('proxy_set_header', name, value)),
  line('proxy_next_upstream', 'error', 'timeout'),
  line('proxy_next_upstream_tries', '2'),
  line('proxy_next_upstream_timeout', '5s'),
];

const upstream = block(
  'upstream',
  ['berth'],
  [
    // Never dialled: Nginx wants one server, the balancer names the real ones.
    line('server', '0.0.0.1'),
    line('balancer_by_lua_file', 'lua/balancer.lua'),
    line('keepalive', '64'),
    line('keepalive_requests', '100000'),
    // Below the 5 s of Node and others: a connection that its server closes just now would cost a POST, which is not sent twice.
    line('keepalive_timeout', '4s'),
  ],
);

const control = ({ socket, id }: ConfPlace): Directive =>
  block(
    'server',
    [],
    [
      line('listen', `unix:${socket}`),
      line('set', '$berth_id', id),
      line('client_body_buffer_size', '4m'),
      block('location', ['/'], [line('content_by_lua_file', 'lua/control.lua')]),
    ],
  );

/** One port: a server block for each set of names that leads to the same doors, and who gets the names that none of them has. */
const listener = (port: number, doors: readonly Server[]): readonly Directive[] => [
  ...hostsOf(doors).map((host) => hostServer(port, host)),
  ...(doors.some(({ names }) => names.length === 0) ? [] : [strangers(port)]),
];

interface Host {
  /** Sorted; empty for every name that no other block has. */
  readonly names: readonly string[];
  readonly doors: readonly Server[];
}

/** Nginx chooses the block by the name alone, and only then the location: a name needs all its paths in one block. */
const hostsOf = (doors: readonly Server[]): readonly Host[] => {
  const hosts = new Map<string, Host>();
  for (const name of [...new Set(doors.flatMap(({ names }) => names))].sort()) {
    const own = doors.filter(({ names }) => names.includes(name));
    const keys = own.map(({ key }) => key).join(' ');
    hosts.set(keys, { names: [...(hosts.get(keys)?.names ?? []), name], doors: own });
  }
  const everyName = doors.filter(({ names }) => names.length === 0);
  const rest = everyName.length > 0 ? [{ names: [], doors: everyName }] : [];
  return [...hosts.values(), ...rest];
};

const hostServer = (port: number, { names, doors }: Host): Directive =>
  block(
    'server',
    [],
    [
      line('listen', `${port}`, ...(names.length === 0 ? ['default_server'] : [])),
      line('server_name', ...(names.length === 0 ? ['_'] : names)),
      ...[...doors].sort((a, b) => (a.path < b.path ? -1 : 1)).flatMap(locationsOf),
      ...(doors.some(({ path }) => path === '/') ? [] : [noPath(port)]),
    ],
  );

/** A path means whole segments: `/api` is no door of `/apiary`. */
const locationsOf = (door: Server): readonly Directive[] => {
  check(door);
  const inside = [
    line('set', '$berth_door', door.key),
    line('access_by_lua_file', 'lua/access.lua'),
    line('log_by_lua_file', 'lua/log.lua'),
    line('proxy_pass', 'http://berth'),
  ];
  if (door.path === '/') return [block('location', ['/'], inside)];
  return [block('location', ['=', door.path], inside), block('location', [`${door.path}/`], inside)];
};

const check = ({ key, protocol, names, path }: Server): void => {
  if (protocol !== 'http') throw new Rejected(`render door ${key}: ${protocol} is not served in this release`);
  for (const name of names) if (!isServerName(name)) throw new Rejected(`render door ${key}: ${JSON.stringify(name)} is not a server name`);
  if (!isDoorPath(path)) throw new Rejected(`render door ${key}: ${JSON.stringify(path)} is not a path`);
  if (!/^[a-z0-9-]+:[0-9]+:[a-z0-9.*_-]+(\/[A-Za-z0-9._~/-]+)?$/.test(key))
    throw new Rejected(`render door ${JSON.stringify(key)}: it is not a door's key`);
};

const noPath = (port: number): Directive =>
  block('location', ['/'], [line('return', '404', `no stack has a door for this path of $host on port ${port}`)]);

const strangers = (port: number): Directive =>
  block(
    'server',
    [],
    [
      line('listen', `${port}`, 'default_server'),
      line('server_name', '_'),
      line('return', '404', `no stack has a door with the name $host on port ${port}`),
    ],
  );
