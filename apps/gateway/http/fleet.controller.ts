import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { ListedContainer } from '#libs/contracts';
import { ReadModel } from '../view/read-model.ts';
import { type ContainersQuery, containersQuery } from './parameters.ts';

@Controller('v1')
export class FleetController {
  readonly #readModel: ReadModel;

  constructor(@Inject(ReadModel) readModel: ReadModel) {
    this.#readModel = readModel;
  }

  @Get('containers')
  async containers(@Query({ schema: containersQuery }) { stack }: ContainersQuery): Promise<{ containers: readonly ListedContainer[] }> {
    return { containers: await this.#readModel.containers(stack) };
  }
}
