import { Controller, Get, Inject } from '@nestjs/common';
import { ReadModel } from '../view/read-model.ts';
import { HttpProblem } from './problem.ts';
import { Product } from './product.ts';

/** A view that is further behind answers too late to be of use. */
const READY_LAG = 1000;

@Controller()
export class HealthController {
  readonly #readModel: ReadModel;
  readonly #product: Product;

  constructor(@Inject(ReadModel) readModel: ReadModel, @Inject(Product) product: Product) {
    this.#readModel = readModel;
    this.#product = product;
  }

  @Get('healthz')
  health(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('readyz')
  async readiness(): Promise<{ status: 'ready' }> {
    const lag = await this.#readModel.lag();
    if (lag > READY_LAG) throw new HttpProblem(503, 'not-ready', `the read model is ${lag} events behind the log`);
    return { status: 'ready' };
  }

  @Get()
  index(): Product {
    return this.#product;
  }
}
