import type { Ids } from '#libs/clock';
import type { ScaleAccepted, ScaleBody, ServiceName } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import { appendWishes, type WishData } from '../requests/append-wishes.ts';
import type { Present } from '../world/present.ts';
import { readScale } from './read-scale.ts';

export interface ScalingPorts {
  readonly log: EventLog;
  readonly ids: Ids;
  readonly present: Present;
}

/** Wishes for more or fewer containers: the deployer answers each with `ServiceScaled`. */
export class Scaling {
  readonly #ports: ScalingPorts;

  constructor(ports: ScalingPorts) {
    this.#ports = ports;
  }

  /** Throws a problem that names each service which can't be scaled so. */
  async request(name: string, { services }: ScaleBody, actor: string): Promise<ScaleAccepted> {
    const read = readScale(await this.#ports.present.world(), name, services);
    const { stack } = read;
    const wishes = Object.entries(services).map(([service, change]): WishData => {
      return { type: 'ScaleRequested', data: { stack, service: service as ServiceName, change } };
    });
    return { ...read, position: await appendWishes(this.#ports, stack, wishes, actor) };
  }
}
