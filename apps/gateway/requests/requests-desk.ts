import type { RequestMessage, RequestOutcome } from '#libs/bus';
import { Rejected, Transient } from '#libs/contracts';
import { type Access, assertMayDeploy } from '../access/access.ts';
import { answerTo } from '../deploy/answer.ts';
import type { Deployments } from '../deploy/deployments.ts';
import { readBody } from '../deploy/read-body.ts';
import { bodyRefused, HttpProblem } from '../http/problem.ts';
import { ourBug } from '../http/problem-of.ts';
import type { ReadModel } from '../view/read-model.ts';
import { type DeployWish, readDeployRequested } from './cloud-event.ts';

export interface RequestsDeskPorts {
  readonly access: Access;
  readonly deployments: Deployments;
  readonly readModel: Pick<ReadModel, 'deployment'>;
  readonly report: (problem: string, cause: unknown) => void;
}

/** Takes the wishes of CI that come as messages, by the same rules as those that come by HTTP. */
export class RequestsDesk {
  readonly #ports: RequestsDeskPorts;

  constructor(ports: RequestsDeskPorts) {
    this.#ports = ports;
  }

  /** Answers with `DeployAccepted` once the wish is in the log, else with a problem. Throws `Transient` alone: ask again. */
  async take(message: Pick<RequestMessage, 'body' | 'userId'>): Promise<RequestOutcome> {
    try {
      return { ok: true, answer: await this.#deploy(message) };
    } catch (error) {
      if (error instanceof Transient) throw error;
      return { ok: false, problem: this.#refusalOf(error).problem };
    }
  }

  async #deploy({ body, userId }: Pick<RequestMessage, 'body' | 'userId'>): Promise<unknown> {
    const { access, deployments, readModel } = this.#ports;
    const admitted = access.admit(userId);
    const wish = readDeployRequested(body);
    const accepted = await inData(async () => {
      assertMayDeploy(admitted, stackOf(wish));
      return deployments.request(wish.body, { actor: `amqp:${admitted.user}`, key: wish.id });
    });
    return answerTo(accepted, readModel);
  }

  #refusalOf(error: unknown): HttpProblem {
    if (error instanceof HttpProblem) return error;
    if (error instanceof Rejected) return new HttpProblem(422, 'refused', error.message);
    this.#ports.report('take a wish that came as a message', error);
    return ourBug();
  }
}

/** The routing key may say anything; the manifest says what would be deployed. */
const stackOf = ({ body }: DeployWish) => readBody(body).manifest.stack;

/** The body is `data` of the message, and so are the places of its faults. */
const inData = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HttpProblem) || !error.problem.errors) throw error;
    throw bodyRefused(error.problem.errors.map(({ pointer, detail }) => ({ pointer: `#/data${pointer.slice(1)}`, detail })));
  }
};
