import type { z } from 'zod';
import { doors } from './doors.ts';
import { fleet } from './fleet.ts';
import { host } from './host.ts';
import { hosts } from './hosts.ts';
import { platform } from './platform.ts';
import { listening, reactions } from './reactions.ts';
import { requests } from './requests.ts';
import { stack } from './stack.ts';
import { wishes } from './wishes.ts';

/** Every event that Berth knows: its schema by its type. */
export const catalog = {
  ...requests,
  ...wishes,
  ...stack,
  ...hosts,
  ...fleet,
  ...host,
  ...doors,
  ...platform,
  ...reactions,
  ...listening,
} as const;

export type EventType = keyof typeof catalog;
export type EventData<T extends EventType> = Readonly<z.infer<(typeof catalog)[T]>>;

export const eventTypes = Object.keys(catalog) as readonly EventType[];
export const isEventType = (type: string): type is EventType => Object.hasOwn(catalog, type);
