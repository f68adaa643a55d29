import type { HostsView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';

interface InviteOptions {
  readonly json: boolean;
  readonly group?: string;
  readonly broker?: string;
}

/** What two machines have to do for one of them to join. The password is made where the broker is and never passes through Berth. */
interface Invitation {
  readonly host: string;
  readonly group: string | null;
  /** Commands for the machine of the broker. */
  readonly broker: readonly string[];
  /** Settings of the agent on the new machine. */
  readonly agent: Readonly<Record<string, string>>;
}

const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Prints what to run for another machine to join. Nothing is written to the log: the host joins with its first word. */
export const invite = async ({ api, terminal }: Context, name: string | undefined, options: InviteOptions): Promise<ExitCode> => {
  const { group, broker, json } = options;
  for (const given of [name, group])
    if (given !== undefined && !NAME.test(given))
      throw new Exit(EXIT.usage, `read the name: ${given}: use lower-case letters, digits and inner hyphens`);
  const { hosts } = await api.get<HostsView>('/v1/hosts');
  const taken = new Set<string>(hosts.map(({ host }) => host));
  if (name !== undefined && taken.has(name)) throw new Exit(EXIT.conflict, `invite ${name}: a host of that name is there already`);
  const invitation = invitationOf(name ?? freeName(group ?? 'host', taken), group ?? null, broker);
  for (const line of json ? [JSON.stringify(invitation)] : invitationLines(invitation)) terminal.data(line);
  return EXIT.ok;
};

const freeName = (stem: string, taken: ReadonlySet<string>): string => {
  let number = 1;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
};

/** The rights are those of docs/distributed.md: an agent hears what is sent to it, speaks for itself, and nothing else. */
const invitationOf = (host: string, group: string | null, broker = 'BROKER:5671'): Invitation => ({
  host,
  group,
  broker: [
    'PASSWORD=$(openssl rand -hex 24)',
    `rabbitmqctl add_user host-${host} "$PASSWORD"`,
    `rabbitmqctl set_permissions --vhost berth host-${host} '^mail\\.host/${host}$' '^berth\\.mail$' '^mail\\.host/${host}$'`,
    'echo "$PASSWORD"',
  ],
  agent: {
    BERTH_HOST: host,
    ...(group === null ? {} : { BERTH_GROUP: group }),
    BERTH_AMQP_URL: `amqps://host-${host}:PASSWORD@${broker}/berth`,
  },
});

const invitationLines = ({ host, broker, agent }: Invitation): readonly string[] => [
  '# For services as processes of their own: a Berth that is one process has no broker for others to reach.',
  `# 1. Where the broker runs: a user for ${host}. The last line shows its password, this once.`,
  ...broker,
  '',
  `# 2. On ${host}, as root, with a container engine: these settings, with that password in the place of PASSWORD, and the agent.`,
  '#    BERTH_TAGS, BERTH_REGION and BERTH_PROVIDER tell what the machine is; docs/distributed.md has all settings.',
  ...Object.entries(agent).map(([name, value]) => `export ${name}=${value}`),
  'node dist/apps/host-agent/main.js',
  '',
  `# 3. berth hosts shows ${host} as soon as its agent has said hello.`,
];
