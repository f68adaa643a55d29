import type { ContainerId } from '#libs/contracts';
import { type Findings, fits, type HostView, type ObservedContainer, type Step } from '#libs/domain/host';

interface Known extends Pick<HostView, 'goals' | 'observed' | 'setbacks' | 'fingerprintOf'> {
  readonly drained: ReadonlySet<ContainerId>;
  readonly underWay: readonly Step[];
  readonly isHealthyRun: (container: ContainerId, run: string) => boolean;
  /** What the probe of a run said last. */
  readonly probeMessage: (run: string) => string;
  readonly output: (container: ContainerId) => string | null;
}

/** Puts together what is known of each container beside what the engine shows. */
export const findingsOf = (known: Known): ((container: ContainerId) => Findings) => {
  const specs = new Map(known.goals.flatMap((goal) => (goal.goal === 'gone' ? [] : [[goal.container, goal.spec] as const])));
  const underWay = new Set(known.underWay.map((step) => step.container));
  const observed = new Map(known.observed.map((each) => [each.container, each]));
  return (container) => {
    const spec = specs.get(container);
    const seen = observed.get(container);
    return {
      probe: { by: spec && spec.ports.length > 0 ? 'port' : 'running', ...probed(seen, known) },
      setback: known.setbacks.get(container),
      output: known.output(container),
      isUnderWay: underWay.has(container),
      isDrained: known.drained.has(container),
      fits: !seen || !spec || fits(seen, spec, known),
    };
  };
};

const probed = (seen: ObservedContainer | undefined, { isHealthyRun, probeMessage }: Known) =>
  seen?.run ? { isHealthy: isHealthyRun(seen.container, seen.run), message: probeMessage(seen.run) } : { isHealthy: false, message: '' };
