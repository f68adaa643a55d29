import { readFile } from 'node:fs/promises';
import type { FeedFilter, WebhookView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { ageText } from '../print/times.ts';

interface Output {
  readonly json: boolean;
}

export interface AddOptions extends Output, FeedFilter {
  readonly after?: number;
  readonly secretFile?: string;
}

/** The secret is the only line of data: `berth webhooks add … > secret` keeps it. */
export const addWebhook = async ({ api, terminal }: Context, url: string, given: AddOptions): Promise<ExitCode> => {
  const { json, after, secretFile, ...filter } = given;
  const secret = secretFile === undefined ? null : await secretIn(secretFile);
  const added = await api.addWebhook({ url, filter, ...(after === undefined ? {} : { after }), ...(secret === null ? {} : { secret }) });
  if (json) terminal.data(JSON.stringify(added));
  else {
    terminal.note(`webhook ${added.id} sends what comes after position ${added.position} to ${added.url}`);
    terminal.note('it signs with this secret, which is not shown again:');
    terminal.data(added.secret);
  }
  return EXIT.ok;
};

export const listWebhooks = async ({ api, clock, terminal }: Context, { json }: Output): Promise<ExitCode> => {
  const webhooks = await api.webhooks();
  for (const line of json ? [JSON.stringify({ webhooks })] : webhookLines(webhooks, clock.now())) terminal.data(line);
  if (webhooks.length === 0 && !json) terminal.note('no webhook; berth webhooks add makes one');
  return EXIT.ok;
};

export const removeWebhook = async ({ api, terminal }: Context, id: string, { json }: Output): Promise<ExitCode> => {
  await api.removeWebhook(id);
  if (json) terminal.data(JSON.stringify({ id }));
  else terminal.note(`webhook ${id} is gone, and its secret`);
  return EXIT.ok;
};

export const webhookLines = (webhooks: readonly WebhookView[], now: number): string[] =>
  webhooks.length === 0
    ? []
    : tableLines(
        ['WEBHOOK', 'STATE', 'POSITION', 'BEHIND', 'TOOK', 'SENDS', 'TO', 'WHY'],
        webhooks.map((webhook) => [
          webhook.id,
          webhook.state,
          String(webhook.position),
          String(webhook.behind),
          webhook.deliveredAt === null ? 'never' : `${ageText(now - webhook.deliveredAt)} ago`,
          filterText(webhook.filter),
          webhook.url,
          whyText(webhook, now),
        ]),
      );

const filterText = (filter: FeedFilter): string =>
  Object.entries(filter)
    .map(([name, value]) => `${name}=${[value].flat().join(',')}`)
    .join(' ') || 'everything';

const whyText = ({ lastError, failures, retryAt }: WebhookView, now: number): string => {
  if (lastError === null) return '';
  return retryAt === null ? lastError : `${lastError}, ${failures} times; again in ${ageText(retryAt - now)}`;
};

const secretIn = async (path: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new Exit(EXIT.usage, `read --secret-file: ${path} can't be read`, { cause });
  }
};
