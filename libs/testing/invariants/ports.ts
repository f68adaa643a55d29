import type { Server } from '#libs/contracts';
import { type Model, stackIn } from './model.ts';
import type { Rule } from './rule.ts';

/** I4, for doors: no port of a host is promised twice for one name and path. */
export const onePortANames: Rule = {
  invariant: 'I4',
  after: (event, model) => {
    if (event.type !== 'VersionPromoted' && !(event.type === 'DoorsDrawn' && event.data.mode === 'live')) return [];
    const own = stackIn(model, event.data.stack).doors?.servers ?? [];
    return own.flatMap((server, index) =>
      [...own.slice(index + 1), ...othersOf(model, event.data.stack)]
        .filter((other) => clash(server, other))
        .map((other) => `port ${server.port} is promised to ${server.key} and to ${other.key}`),
    );
  },
};

const othersOf = (model: Model, stack: string): readonly Server[] =>
  [...model.stacks.values()].filter((other) => other.stack !== stack).flatMap(({ doors }) => doors?.servers ?? []);

const clash = (a: Server, b: Server): boolean => a.port === b.port && (a.protocol !== b.protocol || (a.path === b.path && shareName(a, b)));

/** No names at all stand for every name that nobody else claims. */
const shareName = (a: Server, b: Server): boolean =>
  a.names.length === 0 ? b.names.length === 0 : a.names.some((name) => b.names.includes(name));
