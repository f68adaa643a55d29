import { type HostHello, streams } from '#libs/contracts';
import type { Decided } from '../decision.ts';
import type { HostFacts, World } from '../stack/index.ts';
import type { Fact } from './recorder-fact.ts';

/** What is new in a host's hello. Nothing is, when the same run says the same again. */
export const greet = (hello: HostHello, world: World): readonly Fact[] => {
  const known = world.hosts.get(hello.host);
  const tags = [...new Set(hello.tags)].sort();
  const { host, capacity, proxy, runId, engine, format, bootId, group } = hello;
  const events: Decided[] = [];
  if (!known || !isSameMachine(known, hello))
    events.push({ stream: streams.hosts, type: 'HostJoined', data: { host, tags, capacity, proxy, ...(group ? { group } : {}) } });
  else if (!isSameList(known.own.named, tags)) events.push({ stream: streams.hosts, type: 'HostTagged', data: { host, tags } });
  if (known?.session?.runId !== runId)
    events.push({
      stream: streams.host(host),
      type: 'HostConnected',
      data: { host, runId, engine, ...(format ? { format } : {}), ...(bootId ? { bootId } : {}) },
    });
  return events.map((event) => ({ event, correlation: null, causation: null, output: null }));
};

const isSameMachine = (known: HostFacts, { capacity, proxy, group }: HostHello): boolean =>
  known.group === (group ?? null) &&
  known.proxy === proxy &&
  known.capacity.milliCpus === capacity.milliCpus &&
  known.capacity.memoryBytes === capacity.memoryBytes;

const isSameList = (known: readonly string[], sorted: readonly string[]): boolean =>
  known.length === sorted.length && [...known].sort().every((tag, index) => tag === sorted[index]);
