import { isIP } from 'node:net';

export interface Upstream {
  readonly address: string;
  readonly port: number;
}

const MOST = 2;

/** The first two of a resolv.conf(5) that are not ourselves: else a question would come back for ever. */
export const upstreamsOf = (resolvConf: string, self: Upstream): readonly Upstream[] =>
  others(
    resolvConf.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []),
    self,
  );

/** `address` or `address#port`. */
export const others = (texts: readonly string[], self: Upstream): readonly Upstream[] =>
  texts
    .map((text) => {
      const [address = '', port = '53'] = text.split('#');
      return { address, port: Number(port) };
    })
    .filter(({ address, port }) => isIP(address) !== 0 && Number.isInteger(port) && port > 0 && port < 65536)
    .filter(({ address, port }) => address !== self.address || port !== self.port)
    .slice(0, MOST);
