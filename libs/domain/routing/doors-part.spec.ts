import { expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { containerOf, deploymentOf, History } from '#libs/testing/history';
import { doorsDue } from './doors-due.ts';
import { doorsPart } from './doors-part.ts';

const shop = 'shop' as StackName;
const web = { ports: [{ container: 3000, doors: [{ port: 8080, protocol: 'http' as const, names: [] }] }] };

const drawn = () => {
  const container = containerOf(shop, 1, 'web', 1);
  const history = new History().deploying(shop, 1, { web }).placed(shop, 1, 'web', ['main']);
  history.started(shop, container).healthy(shop, container);
  return history.decided(doorsDue(history.world, shop, 0).flatMap(({ events }) => events));
};
const part = (history: History) => doorsPart(history.stack(shop));

it('names the draft of the running deployment and nothing live before the first promotion', () => {
  expect(part(drawn())).toMatchObject({ stack: shop, live: null, drafts: [{ servers: [{ port: 8080 }] }] });
});

it('has the promotion as the generation of what serves', () => {
  const history = drawn();
  history.promoted(shop, 1, history.stack(shop).deployments[deploymentOf(shop, 1)]?.draft);
  expect(part(history)).toMatchObject({ live: { generation: { incarnation: 1, position: history.world.position } }, drafts: [] });
});

it('forgets the draft of a deployment that failed', () => {
  const history = drawn();
  expect(part(history.failed(shop, 1))).toEqual({ stack: shop, live: null, drafts: [] });
});
