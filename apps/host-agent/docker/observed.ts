import type { ContainerInspectInfo } from 'dockerode';
import type { ContainerId, ServiceName, StackName } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import { LABELS } from './container-options.ts';

/** What the engine says of one of our containers, in our words. */
export const observedOf = (info: ContainerInspectInfo, network: string): ObservedContainer => {
  const labels = info.Config.Labels;
  const state = stateOf(info.State.Status);
  const hasRun = !info.State.StartedAt.startsWith('0001-');
  return {
    container: labels[LABELS.container] as ContainerId,
    stack: labels[LABELS.stack] as StackName,
    service: labels[LABELS.service] as ServiceName,
    version: Number(labels[LABELS.version]),
    fingerprint: labels[LABELS.spec] ?? '',
    state,
    engineId: info.Id,
    run: hasRun ? `${info.Id.slice(0, 12)}-${info.State.StartedAt}` : null,
    image: info.Image,
    address: addressOf(info, network),
    pid: state === 'running' && info.State.Pid > 0 ? info.State.Pid : null,
    exitCode: state === 'exited' ? info.State.ExitCode : null,
    oom: info.State.OOMKilled,
    check: checkOf(info.State.Health),
  };
};

const stateOf = (status: string): ObservedContainer['state'] => {
  switch (status) {
    case 'created':
      return 'created';
    case 'running':
    case 'paused':
    case 'restarting':
      return 'running';
    case 'removing':
      return 'leaving';
    default:
      return 'exited';
  }
};

/** The address that it was made with, which it also has while it does not run. */
const addressOf = (info: ContainerInspectInfo, network: string): string | null => {
  const endpoint = info.NetworkSettings.Networks[network];
  const wanted = (endpoint?.IPAMConfig as { IPv4Address?: string } | null | undefined)?.IPv4Address;
  return wanted || endpoint?.IPAddress || null;
};

const checkOf = (health: ContainerInspectInfo['State']['Health']): ObservedContainer['check'] => {
  const status = health?.Status;
  if (status !== 'starting' && status !== 'healthy' && status !== 'unhealthy') return null;
  const last = health?.Log?.at(-1);
  if (!last || last.ExitCode === 0) return { status, message: '', exitCode: null };
  const words = last.Output.trim().slice(0, MESSAGE_LENGTH);
  return { status, message: words || `it ended with exit code ${last.ExitCode}`, exitCode: last.ExitCode };
};

const MESSAGE_LENGTH = 500;
