import { namesOf } from './names.ts';
import { attempt, must } from './programs.ts';

/**
 * The wire between the hosts: a bridge in a network namespace of its own, where no rule of this machine's firewall sees what passes,
 * with a leg to this machine.
 */
export class Lan {
  /** The first three numbers of its addresses. */
  readonly net: string;
  readonly #names: ReturnType<typeof namesOf>;

  private constructor(fleet: string, net: string) {
    this.#names = namesOf(fleet);
    this.net = net;
  }

  static async lay(fleet: string): Promise<Lan> {
    const lan = new Lan(fleet, await freeNet());
    const { lan: space, leg } = lan.#names;
    await must('ip', 'netns', 'add', space);
    await must('ip', '-n', space, 'link', 'add', 'lan0', 'type', 'bridge');
    await must('ip', '-n', space, 'link', 'set', 'lan0', 'up');
    await must('ip', 'link', 'add', leg, 'type', 'veth', 'peer', 'name', 'p0', 'netns', space);
    await must('ip', '-n', space, 'link', 'set', 'p0', 'master', 'lan0', 'up');
    await must('ip', 'addr', 'add', `${lan.ours}/24`, 'dev', leg);
    await must('ip', 'link', 'set', leg, 'up');
    return lan;
  }

  /** This machine's address on it. */
  get ours(): string {
    return `${this.net}.254`;
  }

  addressOf(index: number): string {
    return `${this.net}.${index}`;
  }

  /** Makes the network namespace of a host with `eth0` in it. */
  async plug(host: string, index: number): Promise<void> {
    const space = this.#names.host(host);
    await must('ip', 'netns', 'add', space);
    // Of a host that died its end may live a moment longer: its namespace is taken down behind its last process.
    await attempt('ip', '-n', this.#names.lan, 'link', 'del', portOf(index));
    await must('ip', '-n', space, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', portOf(index), 'netns', this.#names.lan);
    await must('ip', '-n', this.#names.lan, 'link', 'set', portOf(index), 'master', 'lan0', 'up');
    await must('ip', '-n', space, 'link', 'set', 'lo', 'up');
    await must('ip', '-n', space, 'addr', 'add', `${this.addressOf(index)}/24`, 'dev', 'eth0');
    await must('ip', '-n', space, 'link', 'set', 'eth0', 'up');
    await must('ip', 'netns', 'exec', space, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  }

  async unplug(host: string, index: number): Promise<void> {
    await attempt('ip', '-n', this.#names.lan, 'link', 'del', portOf(index));
    await attempt('ip', 'netns', 'del', this.#names.host(host));
  }

  /** Both ways: the plug is out. */
  async setLink(index: number, state: 'up' | 'down'): Promise<void> {
    await must('ip', '-n', this.#names.lan, 'link', 'set', portOf(index), state);
  }

  /** Delays each packet to the host; false where the kernel can't. */
  delay(index: number, milliseconds: number): Promise<boolean> {
    return attempt(...this.#qdisc('replace', index), 'netem', 'delay', `${milliseconds}ms`);
  }

  async undelay(index: number): Promise<void> {
    await attempt(...this.#qdisc('del', index));
  }

  async remove(): Promise<void> {
    await attempt('ip', 'link', 'del', this.#names.leg);
    await attempt('ip', 'netns', 'del', this.#names.lan);
  }

  #qdisc(verb: 'replace' | 'del', index: number): [string, ...string[]] {
    return ['tc', '-n', this.#names.lan, 'qdisc', verb, 'dev', portOf(index), 'root'];
  }
}

const portOf = (index: number): string => `p${index}`;

/** One that no route of this machine leads to. */
const freeNet = async (): Promise<string> => {
  const routes = await must('ip', '-4', 'route');
  const net = Array.from({ length: 256 }, (_, index) => `10.97.${index}`).find((candidate) => !routes.includes(`${candidate}.`));
  if (!net) throw new Error('lay the wire between the hosts: every net of 10.97.0.0/16 is in use');
  return net;
};
