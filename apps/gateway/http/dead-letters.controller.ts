import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { DeadLetterShown, DeadLetterView } from '#libs/contracts';
import { DeadLetters } from '../dead-letters/dead-letters.ts';

@Controller('v1/dead-letters')
export class DeadLettersController {
  readonly #deadLetters: DeadLetters;

  constructor(@Inject(DeadLetters) deadLetters: DeadLetters) {
    this.#deadLetters = deadLetters;
  }

  @Get()
  async list(): Promise<{ deadLetters: readonly DeadLetterView[] }> {
    return { deadLetters: await this.#deadLetters.list() };
  }

  @Get(':id')
  show(@Param('id') id: string): Promise<DeadLetterShown> {
    return this.#deadLetters.show(id);
  }

  @Post(':id/put-back')
  @HttpCode(200)
  putBack(@Param('id') id: string): Promise<DeadLetterView> {
    return this.#deadLetters.putBack(id);
  }

  @Delete(':id')
  drop(@Param('id') id: string): Promise<DeadLetterView> {
    return this.#deadLetters.drop(id);
  }
}
