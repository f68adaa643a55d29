import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { Diff, NamesAt, PsAt, RoutesAt, StackName } from '#libs/contracts';
import { History } from '../history/history.ts';
import { type ContainersQuery, containersQuery, type DiffQuery, diffQuery } from './parameters.ts';

@Controller('v1')
export class HistoryController {
  readonly #history: History;

  constructor(@Inject(History) history: History) {
    this.#history = history;
  }

  @Get('at/:moment/ps')
  ps(@Param('moment') moment: string, @Query({ schema: containersQuery }) { stack }: ContainersQuery): Promise<PsAt> {
    return this.#history.ps(moment, stack);
  }

  @Get('at/:moment/names')
  names(@Param('moment') moment: string, @Query({ schema: containersQuery }) { stack }: ContainersQuery): Promise<NamesAt> {
    return this.#history.names(moment, stack);
  }

  @Get('at/:moment/routes')
  routes(@Param('moment') moment: string, @Query({ schema: containersQuery }) { stack }: ContainersQuery): Promise<RoutesAt> {
    return this.#history.routes(moment, stack);
  }

  @Get('diff')
  diff(@Query({ schema: diffQuery }) { from, to, stack }: DiffQuery): Promise<Diff> {
    return this.#history.diff(from, to, stack as StackName | undefined);
  }
}
