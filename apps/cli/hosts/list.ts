import type { HostsView, HostView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { ageText } from '../print/times.ts';

/** Prints the hosts, and why nothing is replaced where that is so. */
export const listHosts = async ({ api, clock, terminal }: Context, { json }: { readonly json: boolean }): Promise<ExitCode> => {
  const view = await api.get<HostsView>('/v1/hosts');
  for (const line of json ? [JSON.stringify(view)] : hostLines(view.hosts, clock.now())) terminal.data(line);
  if (!json) for (const note of notesOn(view)) terminal.note(note);
  return EXIT.ok;
};

export const hostLines = (hosts: readonly HostView[], now: number): string[] =>
  hosts.length === 0
    ? []
    : tableLines(
        ['HOST', 'STATE', 'GROUP', 'CONTAINERS', 'SILENT', 'TAGS'],
        hosts.map((known) => [
          known.host,
          stateText(known),
          known.group ?? '-',
          String(known.containers),
          known.silentSince === null ? '-' : ageText(now - known.silentSince),
          known.tags.join(','),
        ]),
      );

/** `live`, `lost,drained`: its life, and what a person asked of it. */
const stateText = ({ life, cordon, isRebooting, contested }: HostView): string => {
  const asked = isRebooting ? 'rebooting' : cordonText(cordon);
  const said = [...(life === 'live' ? [] : [life]), ...(asked ? [asked] : []), ...(contested ? ['contested'] : [])];
  return said.length === 0 ? 'live' : said.join(',');
};

const cordonText = (cordon: HostView['cordon']): string | null => {
  if (cordon === null) return null;
  if (cordon.why === 'cordon') return 'cordoned';
  return cordon.isDrained ? 'drained' : 'draining';
};

export const notesOn = ({ hosts, silentSince }: HostsView): readonly string[] => {
  const lost = hosts.filter(({ life }) => life === 'lost').map(({ host }) => host);
  return [
    ...(hosts.length === 0 ? ['no host has joined: berth hosts invite says how'] : []),
    ...(silentSince === null
      ? []
      : [
          'too many hosts are silent at once to be dead: nothing is replaced until they are heard; berth hosts declare-lost HOST says that one is',
        ]),
    ...(lost.length === 0
      ? []
      : [
          `lost: ${lost.join(', ')}; single writers wait for berth hosts declare-lost HOST, and berth hosts rm HOST forgets one that is gone for good`,
        ]),
  ];
};
