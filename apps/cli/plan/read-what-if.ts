import type { PlanBody } from '#libs/contracts';
import { EXIT, Exit } from '../exit.ts';
import { readWishes } from '../scale/read-wishes.ts';

export interface WhatIfOptions {
  readonly withoutHost: readonly string[];
  readonly tag: readonly string[];
  readonly scale: readonly string[];
}

type WhatIfBody = Pick<PlanBody, 'scale' | 'without' | 'tags'>;

/** What is tried besides a deployment. */
export const readWhatIf = ({ withoutHost, tag, scale }: WhatIfOptions): WhatIfBody => ({
  without: withoutHost as WhatIfBody['without'],
  tags: tag.map(readTags),
  scale: readWishes(scale),
});

/** `h2=gpu,-ssd`: what h2 gets, and what is taken from it. */
const readTags = (text: string): WhatIfBody['tags'][number] => {
  const [, host, list] = /^([a-z0-9-]+)=(\S+)$/.exec(text) ?? [];
  const tags = list?.split(',') ?? [];
  if (host === undefined || tags.some((tag) => !/^-?[^-\s]\S*$/.test(tag)))
    throw new Exit(EXIT.usage, `read --tag ${text}: write a host and its tags, as in h2=gpu or h2=gpu,-ssd`);
  return {
    host: host as WhatIfBody['tags'][number]['host'],
    add: tags.filter((tag) => !tag.startsWith('-')),
    remove: tags.filter((tag) => tag.startsWith('-')).map((tag) => tag.slice(1)),
  };
};
