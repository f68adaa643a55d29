import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import type { FormatRaise, FormatView } from '#libs/contracts';
import { Formats } from '../platform/formats.ts';
import { OPERATOR } from './front-door.ts';

const formatBody = z.strictObject({ format: z.int().positive().optional() });

/** What concerns all of Berth. */
@Controller('v1/platform')
export class PlatformController {
  readonly #formats: Formats;

  constructor(@Inject(Formats) formats: Formats) {
    this.#formats = formats;
  }

  @Get('format')
  format(): Promise<FormatView> {
    return this.#formats.view();
  }

  @Post('format')
  @HttpCode(200)
  raise(@Body({ schema: formatBody }) { format }: z.infer<typeof formatBody>): Promise<FormatRaise> {
    return this.#formats.raise(format, OPERATOR);
  }
}
