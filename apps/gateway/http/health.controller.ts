import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { Readiness } from '../view/readiness.ts';
import { HttpProblem } from './problem.ts';
import { Product } from './product.ts';

@Controller()
export class HealthController {
  readonly #readiness: Readiness;
  readonly #product: Product;

  constructor(@Inject(Readiness) readiness: Readiness, @Inject(Product) product: Product) {
    this.#readiness = readiness;
    this.#product = product;
  }

  @Get('healthz')
  health(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('readyz')
  async readiness(@Headers('authorization') authorization?: string): Promise<{ status: 'ready' } & ReturnType<Readiness['told']>> {
    const hindrances = await this.#readiness.hindrances();
    if (hindrances.length > 0) throw new HttpProblem(503, 'not-ready', hindrances.join('; '));
    return { status: 'ready', ...this.#readiness.told(authorization) };
  }

  @Get()
  index(): Product {
    return this.#product;
  }
}
