import { assertNever, type ContainerId, type ContainerSpec, type HostId } from '#libs/contracts';
import type { Step } from '#libs/domain/host';
import { containerOptions } from '../docker/container-options.ts';
import { NETWORK } from '../network/bridge.ts';
import type { LeaseFile } from '../network/lease-file.ts';
import type { Engine } from '../ports.ts';

export interface HandsOptions {
  readonly engine: Engine;
  readonly leases: LeaseFile;
  readonly host: HostId;
  readonly resolvConf: string;
  readonly keys: () => Readonly<Record<string, string>>;
  /** Makes the containers' network where it is missing. */
  readonly ensureNetwork: () => Promise<void>;
  /** Addresses that names or doors still lead to. */
  readonly addressesInUse: () => ReadonlySet<string>;
  /** Returns when the resolver knows every caller that has a lease. */
  readonly registerCallers: () => Promise<void>;
  /** Asked right before the engine is: what was allowed a moment ago may not be now. */
  readonly mayBegin: (container: ContainerId) => boolean;
}

/** Takes one step of a plan. */
export const takeStep = async (step: Step, options: HandsOptions): Promise<void> => {
  const { engine } = options;
  switch (step.do) {
    case 'create':
      return create(step.spec, options);
    case 'start':
      await options.registerCallers();
      if (options.mayBegin(step.container)) await engine.start(step.container);
      return;
    case 'stop':
      return engine.stop(step.container, step.graceMs);
    case 'remove':
      return engine.remove(step.container);
    default:
      return assertNever(step);
  }
};

const create = async (spec: ContainerSpec, options: HandsOptions): Promise<void> => {
  const { engine, leases, host, resolvConf } = options;
  await engine.ensureImage(spec.image);
  await options.ensureNetwork();
  const address = await leases.lease(spec.container, options.addressesInUse());
  if (!options.mayBegin(spec.container)) return;
  await engine.create(containerOptions(spec, { host, network: NETWORK, address, resolvConf, keys: options.keys() }));
};
