import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { type ScaleAccepted, type ScaleBody, type ScaledView, scaleBody } from '#libs/contracts';
import { Scaling } from '../scale/scaling.ts';
import { ReadModel } from '../view/read-model.ts';
import { OPERATOR } from './front-door.ts';
import { type ContainersQuery, containersQuery } from './parameters.ts';

@Controller('v1')
export class ScaleController {
  readonly #scaling: Scaling;
  readonly #readModel: ReadModel;

  constructor(@Inject(Scaling) scaling: Scaling, @Inject(ReadModel) readModel: ReadModel) {
    this.#scaling = scaling;
    this.#readModel = readModel;
  }

  @Post('stacks/:stack/scale')
  @HttpCode(202)
  scale(@Param('stack') stack: string, @Body({ schema: scaleBody }) body: ScaleBody): Promise<ScaleAccepted> {
    return this.#scaling.request(stack, body, OPERATOR);
  }

  @Get('scaled')
  async scaled(@Query({ schema: containersQuery }) { stack }: ContainersQuery): Promise<{ scaled: readonly ScaledView[] }> {
    return { scaled: await this.#readModel.scaled(stack) };
  }
}
