import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { WebhookAdded, WebhookView } from '#libs/contracts';
import { type WebhookBody, Webhooks, webhookBody } from '../webhooks/webhooks.ts';

@Controller('v1/webhooks')
export class WebhooksController {
  readonly #webhooks: Webhooks;

  constructor(@Inject(Webhooks) webhooks: Webhooks) {
    this.#webhooks = webhooks;
  }

  @Post()
  add(@Body({ schema: webhookBody }) body: WebhookBody): Promise<WebhookAdded> {
    return this.#webhooks.add(body);
  }

  @Get()
  async list(): Promise<{ webhooks: readonly WebhookView[] }> {
    return { webhooks: await this.#webhooks.list() };
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id') id: string): Promise<void> {
    await this.#webhooks.remove(id);
  }
}
