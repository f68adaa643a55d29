import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import type { z } from 'zod';
import {
  type GroupTagged,
  type GroupView,
  groupBody,
  groupName,
  type HostChangeAccepted,
  type HostsView,
  hostChangeBody,
} from '#libs/contracts';
import { HostWishes } from '../hosts/host-wishes.ts';
import { ReadModel } from '../view/read-model.ts';
import { OPERATOR } from './front-door.ts';
import { HttpProblem } from './problem.ts';

/** The machines, and what people wish of them. */
@Controller('v1')
export class HostsController {
  readonly #readModel: ReadModel;
  readonly #wishes: HostWishes;

  constructor(@Inject(ReadModel) readModel: ReadModel, @Inject(HostWishes) wishes: HostWishes) {
    this.#readModel = readModel;
    this.#wishes = wishes;
  }

  @Get('hosts')
  hosts(): Promise<HostsView> {
    return this.#readModel.hosts();
  }

  @Post('hosts/:host/changes')
  @HttpCode(202)
  change(
    @Param('host') host: string,
    @Body({ schema: hostChangeBody }) change: z.infer<typeof hostChangeBody>,
  ): Promise<HostChangeAccepted> {
    return this.#wishes.change(host, change, OPERATOR);
  }

  @Get('groups')
  async groups(): Promise<{ groups: readonly GroupView[] }> {
    return { groups: await this.#wishes.groups() };
  }

  @Put('groups/:group')
  tagGroup(@Param('group') group: string, @Body({ schema: groupBody }) { tags }: z.infer<typeof groupBody>): Promise<GroupTagged> {
    const named = groupName.safeParse(group);
    if (!named.success) throw new HttpProblem(400, 'bad-parameter', `group: ${named.error.issues[0]?.message}`);
    return this.#wishes.tagGroup(named.data, tags, OPERATOR);
  }
}
