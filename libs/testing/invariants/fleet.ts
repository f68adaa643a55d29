import type { BerthEvent, EventData } from '#libs/contracts';
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
    case 'HostLost':
      change(model, event.data, { isLost: true });
      return;
    case 'HostReturned':
      change(model, event.data, { isLost: false });
      return;
  }
};

const joined = (known: HostModel | undefined, { host, tags, capacity, proxy, group = null }: EventData<'HostJoined'>): HostModel => ({
  ...{ added: [], removed: [], isCordoned: false, isLost: false },
  ...known,
  ...{ host, named: tags, group, capacity, proxy },
});

const change = (model: Model, { host }: Pick<HostModel, 'host'>, to: Partial<HostModel>): void => {
  Object.assign(model.hosts.get(host) ?? {}, to);
};
