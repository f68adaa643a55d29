import { Controller, Delete, Get, Inject, Param } from '@nestjs/common';
import type { ParkView } from '#libs/contracts';
import { Parks } from '../parks/parks.ts';
import { OPERATOR } from './front-door.ts';
import { HttpProblem } from './problem.ts';

@Controller('v1/parks')
export class ParksController {
  readonly #parks: Parks;

  constructor(@Inject(Parks) parks: Parks) {
    this.#parks = parks;
  }

  @Get()
  async list(): Promise<{ parks: readonly ParkView[] }> {
    return { parks: await this.#parks.list() };
  }

  @Delete(':consumer/:stack')
  async unpark(@Param('consumer') consumer: string, @Param('stack') stack: string): Promise<ParkView & { readonly position: number }> {
    const unparked = await this.#parks.unpark(consumer, stack, OPERATOR);
    if (!unparked) throw new HttpProblem(404, 'not-found', `${consumer} has not parked a stack ${stack}`);
    return unparked;
  }
}
