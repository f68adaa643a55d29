import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { type ArchiveCut, type ArchiveVerdict, type ArchiveView, type ArchiveWritten, toCloudEvent } from '#libs/contracts';
import { Archive } from '#libs/event-log/archive';
import { instant } from './parameters.ts';
import { HttpProblem } from './problem.ts';

const archiveBody = z.strictObject({
  before: z.union([z.int().min(2), instant.transform((at) => ({ instant: at }))], 'use a position, or a time such as 2026-11-21T14:00:00Z'),
});

/** Old ranges of the log, in files. A call writes or cuts some of them, and says whether there is more. */
@Controller('v1/archive')
export class ArchiveController {
  readonly #archive: Archive;

  constructor(@Inject(Archive) archive: Archive) {
    this.#archive = archive;
  }

  @Get()
  async list(): Promise<ArchiveView> {
    return { ranges: await this.#archive.ranges(), folder: this.#archive.folder };
  }

  @Post()
  @HttpCode(200)
  write(@Body({ schema: archiveBody }) { before }: z.infer<typeof archiveBody>): Promise<ArchiveWritten> {
    return this.#archive.write({ before: typeof before === 'number' ? { position: before } : before });
  }

  @Get('verify')
  verify(): Promise<ArchiveVerdict> {
    return this.#archive.verify();
  }

  @Post('cut')
  @HttpCode(200)
  cut(): Promise<ArchiveCut> {
    return this.#archive.cut();
  }

  @Get(':file')
  async show(@Param('file') file: string) {
    const events = await this.#archive.show(file);
    if (!events) throw new HttpProblem(404, 'not-found', `no file of the archive is called ${file}: berth archive lists them`);
    return { events: events.map(toCloudEvent) };
  }
}
