import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyNewEvent, Diff, ListedContainer, NamesAt, PsAt, RoutesAt, Why } from '#libs/contracts';
import { isoText } from '#libs/contracts';
import { rolloutDue } from '#libs/domain/rollout';
import { containerOf, deploymentOf, History } from '#libs/testing/history';
import { Play, requestOf } from '#libs/testing/neighbours';
import { startTestGateway, type TestGateway } from '../testing/open-gateway.ts';

const services = (port: number, environment = {}) => ({
  web: { replicas: 2, environment, ports: [{ container: port, doors: [{ port: 8080, protocol: 'http' as const, names: ['shop.test'] }] }] },
});

describe('what was true then', () => {
  let gateway: TestGateway;
  const web = containerOf('shop', 1, 'web', 1);
  const positions = { first: 0, second: 0 };

  /** Two versions of a stack, in the log as they would be. */
  beforeAll(async () => {
    gateway = await startTestGateway();
    const { seals, log } = gateway.ports;
    const sealed = async (id: string, password: string) => seals.seal(id, { PASSWORD: password, USER: 'shop' });
    const play = new Play(new History().joined('one').connected('one'), 'shop', rolloutDue);
    play.tell(requestOf('shop', 1, services(80, await sealed('one', 'a')))).until();
    play.tell(requestOf('shop', 2, services(81, await sealed('two', 'b')))).until();
    let correlation = 'none';
    for (const { stream, version, type, data, id, actor, causation, position } of play.history.events) {
      if (type === 'DeployRequested') correlation = data.deployment;
      const event = { id, type, data, actor, correlation, causation };
      await log.append([{ incarnation: 1, expected: { [stream]: version - 1 }, events: [{ stream, event: event as AnyNewEvent }] }]);
      if (type === 'VersionPromoted') positions[data.version === 1 ? 'first' : 'second'] = position;
    }
  });
  afterAll(() => gateway?.close());

  const get = async <T>(path: string): Promise<T> => {
    const answer = await gateway.ask(path);
    const body = await answer.json();
    expect([answer.status, body]).toEqual([200, expect.anything()]);
    return body as T;
  };

  it('has the containers, names and routes of the moment of a promotion', async () => {
    const { containers, moment } = await get<PsAt>(`/v1/at/${positions.first}/ps`);
    expect(moment).toEqual({ position: positions.first, at: expect.any(Number) });
    expect(containers.map(({ status }) => status)).toEqual(['healthy', 'healthy']);
    const { names } = await get<NamesAt>(`/v1/at/shop@1/names?stack=shop`);
    expect(names).toContainEqual(expect.objectContaining({ caller: 1, name: 'web', addresses: containers.map(({ address }) => address) }));
    const { routes } = await get<RoutesAt>(`/v1/at/shop@1/routes`);
    expect(routes).toMatchObject([{ service: 'web', version: 1, endpoints: [{ port: 80 }, { port: 80 }] }]);
  });

  it('says of now what the read model says', async () => {
    const { containers } = await get<PsAt>(`/v1/at/${(await gateway.log.head()).position}/ps`);
    // What is left of a drain is of now alone.
    const live = (await get<{ containers: readonly ListedContainer[] }>('/v1/containers')).containers.map(({ left: _, ...same }) => same);
    expect(containers).toEqual(live);
  });

  it('finds a time', async () => {
    const { moment } = await get<PsAt>('/v1/at/2000-01-01T00:00:00Z/ps');
    expect(moment).toEqual({ position: 0, at: null });
    const head = await gateway.log.head();
    const later = await get<PsAt>(`/v1/at/${isoText(gateway.ports.clock.now() + 60_000)}/ps`);
    expect(later.moment.position).toBe(head.position);
  });

  it('tells two versions apart, and never shows a sealed value', async () => {
    const { differences } = await get<Diff>('/v1/diff?from=shop@1&to=shop@2');
    const settings = differences.filter(({ about }) => about === 'settings');
    expect(settings).toEqual([
      { about: 'settings', stack: 'shop', what: 'services.web.environment.PASSWORD', before: 'sealed', after: 'sealed' },
      { about: 'settings', stack: 'shop', what: 'services.web.ports.0.container', before: '80', after: '81' },
    ]);
    expect(differences.map(({ about }) => about)).toEqual(expect.arrayContaining(['containers', 'names', 'routes']));
  });

  it.each(['99999', 'yesterday', 'shop@9', '@1', '%20'])('refuses moment %s and says what can be used', async (moment) => {
    const answer = await gateway.ask(`/v1/at/${moment}/ps`);
    expect(answer.status).toBe(422);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(/^read moment/);
  });

  it('says why a container sits where it sits and why it stopped', async () => {
    const { says, roots, about } = await get<Why>(`/v1/why/${web}`);
    expect(about).toBe('container');
    expect(says.slice(0, 2)).toEqual(['it runs web of version 1, slot 1, on one', 'it sits there because: fewest of the service']);
    expect(says.join()).toContain(`${web} is gone from one`);
    expect(roots.map(({ type }) => type)).toEqual(expect.arrayContaining(['DeployRequested']));
  });

  it('says how a deployment went from its request to the switch', async () => {
    const { says, roots } = await get<Why>(`/v1/why/${deploymentOf('shop', 2)}`);
    expect(says.some((line) => line.startsWith('the version was promoted after'))).toBe(true);
    expect(roots[0]).toMatchObject({ type: 'DeployRequested', isSubject: true, effects: [{ type: 'VersionCreated' }] });
  });

  it('walks from an event, by its id or position, back to the request', async () => {
    const { roots } = await get<Why>(`/v1/why/${positions.second}`);
    expect(roots[0]?.type).toBe('DeployRequested');
    expect(JSON.stringify(roots)).toContain(`"position":${positions.second},`);
  });

  it.each(['0', '99999', 'nobody', '00000000-0000-7000-8000-ffffffffffff'])('knows nothing of %s', async (id) => {
    expect((await gateway.ask(`/v1/why/${id}`)).status).toBe(404);
  });
});
