import { doorPath } from '#libs/contracts';

/** What a door is opened for. */
export interface Match {
  /** In lower case; null is every name that no other door of the port claims. */
  readonly name: string | null;
  readonly path: string;
}

/** An entry of `VIRTUAL_HOST`: it may ask for doors of one protocol or port only. */
export interface VirtualHost extends Match {
  readonly protocol: 'http' | 'https' | null;
  readonly port: number | null;
}

/** `*.example.com`, `example.com`; lower case, and no address. */
export const isServerName = (name: string): boolean =>
  name.length <= 253 &&
  /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(name) &&
  !/^[0-9.]+$/.test(name);

/** `example.com`, `*.example.com/api`, `_`. Null: it is none. */
export const parseMatch = (text: string): Match | null => {
  const slash = text.indexOf('/');
  const [name, path] = slash < 0 ? [text, '/'] : [text.slice(0, slash), text.slice(slash)];
  const plain = path === '/' ? path : path.replace(/\/$/, '');
  const lower = name.toLowerCase();
  if (!doorPath.safeParse(plain).success || !(lower === '_' || isServerName(lower))) return null;
  return { name: lower === '_' ? null : lower, path: plain };
};

const SCHEMES: Readonly<Record<string, 'http' | 'https'>> = { http: 'http', ws: 'http', https: 'https', wss: 'https' };

/** `[scheme://]host[:port][/path]`; the host may be `*` for every name. Null: it is none. */
export const parseVirtualHost = (text: string): VirtualHost | null => {
  const [, scheme, host = '', port, path = ''] = /^(?:([a-z]+):\/\/)?([^:/]+)(?::(\d{1,5}))?(\/.*)?$/.exec(text) ?? [];
  const match = parseMatch(`${host === '*' ? '_' : host}${path}`);
  const protocol = scheme === undefined ? null : SCHEMES[scheme];
  if (match === null || protocol === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65535))) return null;
  return { ...match, protocol, port: port === undefined ? null : Number(port) };
};
