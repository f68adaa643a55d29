import { type BerthEvent, type EventData, SECOND_AGENT } from '#libs/contracts';
import type { HostModel, Model } from './model.ts';

/** Moves the hosts of the model on by one event that concerns no stack. */
export const takeOfFleet = (model: Model, event: BerthEvent): void => {
  switch (event.type) {
    case 'HostJoined':
      model.hosts.set(event.data.host, joined(model.hosts.get(event.data.host), event.data));
      return;
    case 'HostRemoved':
      model.hosts.delete(event.data.host);
      return;
    case 'GroupTagged':
      model.groupTags.set(event.data.group, event.data.tags);
      return;
    case 'HostTagged':
      change(model, event.data, { named: event.data.tags });
      return;
    case 'HostRetagged':
      change(model, event.data, { added: event.data.added, removed: event.data.removed });
      return;
    case 'HostCordoned':
      change(model, event.data, { isCordoned: true });
      return;
    case 'HostUncordoned':
      change(model, event.data, { isCordoned: false });
      return;
    case 'HostSuspected':
      change(model, event.data, { isSuspected: true });
      return;
    case 'HostLost':
      change(model, event.data, { isLost: true });
      return;
    case 'HostReturned':
      change(model, event.data, { isLost: false, isSuspected: false });
      return;
    case 'HostConnected':
      change(model, event.data, { isContested: false, connectedAt: event.at });
      return;
    case 'ImagesNoted': {
      const { held, gone } = event.data;
      const all = new Set([...(model.hosts.get(event.data.host)?.images ?? []), ...held]);
      for (const id of gone) all.delete(id);
      change(model, event.data, { images: all });
      return;
    }
    case 'ReportsRefused':
      if (tellsOfSecond(model, event.data)) change(model, event.data, { isContested: true });
      return;
  }
};

const joined = (known: HostModel | undefined, { host, tags, capacity, proxy, group = null }: EventData<'HostJoined'>): HostModel => ({
  ...{ added: [], removed: [], isCordoned: false, isSuspected: false, isLost: false, isContested: false, connectedAt: 0, images: null },
  ...known,
  ...{ host, named: tags, group, capacity, proxy },
});

const tellsOfSecond = (model: Model, { host, counts, until }: EventData<'ReportsRefused'>): boolean =>
  until >= (model.hosts.get(host)?.connectedAt ?? 0) && counts.some(({ reason }) => reason === SECOND_AGENT);

const change = (model: Model, { host }: Pick<HostModel, 'host'>, to: Partial<HostModel>): void => {
  Object.assign(model.hosts.get(host) ?? {}, to);
};
