import type { Instant, Weighed } from '#libs/contracts';
import { type HostFacts, isOpen, stackOf, type World } from '../stack/index.ts';
import { Field } from './field.ts';
import { Ground, hasImage, hasTags } from './fit.ts';
import type { Wish } from './slots.ts';

export type Subject = Omit<Wish, 'open'>;

/** The host that would get the next container of a service, as the rule looks at it; null where none takes one. */
export const nextHost = (world: World, subject: Subject, now: Instant): Weighed | null =>
  new Field(new Ground(world, false), stackOf(world, subject.stack), { ...subject, open: [] }, now).best(1)[0] ?? null;

/** It takes containers of the service, had it the room. */
export const isMeantFor = (facts: HostFacts, { service, image }: Pick<Subject, 'service' | 'image'>): boolean =>
  isOpen(facts) && hasTags(facts, service) && hasImage(facts, { image });
