import { Body, Controller, Get, Headers, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { type DeployAccepted, type DeployBody, type DeploymentView, deployBody, deploymentId } from '#libs/contracts';
import { answerTo } from '../deploy/answer.ts';
import { Deployments } from '../deploy/deployments.ts';
import { ReadModel } from '../view/read-model.ts';
import type { Reply } from './exchange.ts';
import { OPERATOR } from './front-door.ts';
import { type DeploymentsQuery, deploymentsQuery, idempotencyKey, readHeader } from './parameters.ts';
import { HttpProblem } from './problem.ts';

@Controller('v1/deployments')
export class DeploymentsController {
  readonly #deployments: Deployments;
  readonly #readModel: ReadModel;

  constructor(@Inject(Deployments) deployments: Deployments, @Inject(ReadModel) readModel: ReadModel) {
    this.#deployments = deployments;
    this.#readModel = readModel;
  }

  @Post()
  async deploy(
    @Headers('idempotency-key') header: unknown,
    @Body({ schema: deployBody }) body: DeployBody,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<DeployAccepted> {
    const key = readHeader('Idempotency-Key', idempotencyKey, header);
    const accepted = await this.#deployments.request(body, { actor: OPERATOR, key });
    const answer = await answerTo(accepted, this.#readModel);
    reply.code(accepted.isRepeat ? 200 : 202).headers({ location: `/v1/deployments/${answer.deployment}` });
    return answer;
  }

  @Get()
  async list(@Query({ schema: deploymentsQuery }) query: DeploymentsQuery): Promise<{ deployments: readonly DeploymentView[] }> {
    return { deployments: await this.#readModel.deployments(query) };
  }

  @Get(':id')
  async get(@Param('id') id: string): Promise<DeploymentView> {
    const { data } = deploymentId.safeParse(id);
    const view = data === undefined ? null : await this.#readModel.deployment(data);
    if (!view) throw new HttpProblem(404, 'not-found', `no deployment is called ${id}`);
    return view;
  }
}
