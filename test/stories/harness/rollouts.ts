import type { EventType } from '#libs/contracts';
import { type LoadResult, type RunningLoad, startLoad } from '../../../examples/shop/load.mjs';
import { type Berth, shop } from './berth.ts';

/** Versions of the shop, one after the other, while requests come steadily. */
export class Rollouts {
  readonly #berth: Berth;
  #load: RunningLoad | null = null;
  #version = 0;

  constructor(berth: Berth) {
    this.#berth = berth;
  }

  /** 1, 2, 3 … up to the newest. */
  get versions(): readonly number[] {
    return Array.from({ length: this.#version }, (_, index) => index + 1);
  }

  /** Deploys version 1 and begins the load. */
  async begin(): Promise<void> {
    const live = await this.#berth.deploy(shop, { SHOP_VERSION: String(++this.#version) });
    if (live.code !== 0) throw new Error(live.stderr);
    this.#load = startLoad({ url: this.#berth.door, rate: 10 });
    await this.#load.warm;
  }

  /** Deploys the next version, shakes the world at its first event of this type, and waits until the version before is gone. */
  async next(step: EventType, shake: () => void | Promise<void>): Promise<void> {
    const version = ++this.#version;
    const begin = (await this.#berth.log()).at(-1)?.position ?? 0;
    const shaken = this.#berth.until((event) => event.type === step && event.position > begin, 60, begin).then(shake);
    await this.#berth.deploy(shop, { SHOP_VERSION: String(version) }, ['--detach']);
    await shaken;
    await this.#berth.until((event) => event.type === 'SwitchCompleted' && event.data.version === version, 120, begin);
    await this.#berth.until((event) => event.type === 'VersionRetired' && event.data.version === version - 1, 120, begin);
  }

  async end(): Promise<LoadResult> {
    if (!this.#load) throw new Error('end the load: it never began');
    return this.#load.finish();
  }
}
