import { describe, expect, it } from 'vitest';
import type { HostId } from '#libs/contracts';
import { agentPermissions, CONTROL_SERVICES, servicePermissions } from './users.ts';

describe('agentPermissions', () => {
  it('match the names of the host alone', () => {
    const { configure, read, write } = agentPermissions('main' as HostId);
    expect(
      ['mail.host/main', 'mail.host/main2', 'mail.host/mainly', 'mailxhost/main', 'mail.scheduler'].filter((name) =>
        new RegExp(read).test(name),
      ),
    ).toEqual(['mail.host/main']);
    expect(configure).toBe(read);
    expect(['berth.mail', 'berth.events', 'amq.default', 'mail.host/main'].filter((name) => new RegExp(write).test(name))).toEqual([
      'berth.mail',
    ]);
  });
});

describe('servicePermissions', () => {
  const queues = (service: string): readonly string[] => [
    `feed.${service}.r1`,
    `turn.${service}.03`,
    `mail.${service}`,
    `mail.${service}.r1`,
  ];
  const allowed = (pattern: string, names: readonly string[]): readonly string[] => names.filter((name) => new RegExp(pattern).test(name));

  it.each(CONTROL_SERVICES)('lets %s have, fill and read its own queues and those of nobody else', (service) => {
    const all = [...CONTROL_SERVICES.flatMap(queues), 'mail.host/main'];
    for (const pattern of Object.values(servicePermissions(service))) expect(allowed(pattern, all)).toEqual(queues(service));
  });

  it.each(CONTROL_SERVICES.filter((service) => service !== 'gateway'))(
    'lets %s neither make what is shared nor publish events, and only a scheduler mail',
    (service) => {
      const shared = ['berth.events', 'berth.mail', 'berth.requests', 'requests', 'berth.dead'];
      const { configure, write, read } = servicePermissions(service);
      expect([allowed(configure, shared), allowed(write, shared)]).toEqual([
        [],
        service === 'scheduler' ? ['berth.mail', 'berth.dead'] : ['berth.dead'],
      ]);
      expect(allowed(read, shared)).toEqual(service === 'deployer' ? ['berth.events'] : ['berth.events', 'berth.mail']);
    },
  );

  it('gives the way to agents to those who speak to them, and to the gateway that answers', () => {
    const speakers = CONTROL_SERVICES.filter((service) => allowed(servicePermissions(service).write, ['amq.default']).length > 0);
    expect(speakers).toEqual(['gateway', 'scheduler', 'dns-central', 'proxy-configurator']);
  });
});
