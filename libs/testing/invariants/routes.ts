import { containersIn, type Model, stackIn } from './model.ts';
import type { Rule } from './rule.ts';

/** I2: from its first promotion on, a route has a healthy container behind it, unless every one of them failed. */
export const servedRoutes: Rule = {
  invariant: 'I2',
  after: (event, model) => {
    if (!('stack' in event.data)) return [];
    const { dark } = model;
    const now = darkRoutes(model, event.data.stack);
    const fresh = now.filter((route) => !dark.has(route));
    for (const route of dark) if (route.startsWith(`${event.data.stack}:`) && !now.includes(route)) dark.delete(route);
    for (const route of fresh) dark.add(route);
    return fresh.map((route) => `no healthy container is behind the route ${route}`);
  },
};

const darkRoutes = (model: Model, name: Parameters<typeof stackIn>[1]): readonly string[] => {
  const stack = stackIn(model, name);
  // What is withdrawn leaves: others serve in its place, or a person wants none.
  const containers = containersIn(model, name).filter(({ isReleased, isWithdrawn }) => !isReleased && !isWithdrawn);
  return (stack.doors?.servers ?? [])
    .filter(({ key, service }) => {
      const behind = (stack.doors?.endpoints[key] ?? []).map(({ container }) => model.containers.get(container));
      const all = containers.filter((container) => container.service === service && container.version === stack.promoted);
      return (
        !behind.some((container) => container?.isHealthy && !container.isRetired) &&
        !all.every(({ hasFailed, isLost, hasServed }) => hasFailed || isLost || !hasServed)
      );
    })
    .map(({ key }) => key);
};
