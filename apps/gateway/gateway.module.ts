import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { editions, type StackName } from '#libs/contracts';
import { Attachments, EventLog } from '#libs/event-log';
import { Archive } from '#libs/event-log/archive';
import { PostgresReplicas } from '#libs/event-log/postgres';
import { ViewRunner } from '#libs/event-log/views';
import { Access } from './access/access.ts';
import type { OpenedArchive } from './archive/open.ts';
import { Audit } from './audit/audit.ts';
import { HostsMemory } from './audit/hosts-memory.ts';
import { DeadLetters } from './dead-letters/dead-letters.ts';
import { Deployments } from './deploy/deployments.ts';
import { Followers } from './follow/followers.ts';
import { History } from './history/history.ts';
import { Fitting } from './hosts/fitting.ts';
import { HostWishes } from './hosts/host-wishes.ts';
import { ArchiveController } from './http/archive.controller.ts';
import { AttachmentsController } from './http/attachments.controller.ts';
import { AuditController } from './http/audit.controller.ts';
import { DeadLettersController } from './http/dead-letters.controller.ts';
import { DeploymentsController } from './http/deployments.controller.ts';
import { EventsController } from './http/events.controller.ts';
import { FleetController } from './http/fleet.controller.ts';
import { HealthController } from './http/health.controller.ts';
import { HistoryController } from './http/history.controller.ts';
import { HostsController } from './http/hosts.controller.ts';
import { IncarnationController } from './http/incarnation.controller.ts';
import { KnowledgeInterceptor } from './http/knowledge.interceptor.ts';
import { ParksController } from './http/parks.controller.ts';
import { PlansController } from './http/plans.controller.ts';
import { PlatformController } from './http/platform.controller.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { Product } from './http/product.ts';
import { RebalanceController } from './http/rebalance.controller.ts';
import { ScaleController } from './http/scale.controller.ts';
import { SchemaPipe } from './http/schema.pipe.ts';
import { WebhooksController } from './http/webhooks.controller.ts';
import { WhyController } from './http/why.controller.ts';
import { FeedController } from './inbox/feed.controller.ts';
import { Parks } from './parks/parks.ts';
import { Plans } from './plan/plans.ts';
import { Formats } from './platform/formats.ts';
import { Incarnations } from './platform/incarnations.ts';
import type { GatewayPorts } from './ports.ts';
import { Rebalancing } from './rebalance/rebalancing.ts';
import { RequestsDesk } from './requests/requests-desk.ts';
import { Scaling } from './scale/scaling.ts';
import { Knowledge } from './view/knowledge.ts';
import { ReadModel } from './view/read-model.ts';
import { Readiness } from './view/readiness.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { Why } from './why/why.ts';
import type { Present } from './world/present.ts';

export interface GatewayParts {
  readonly runner: ViewRunner;
  readonly readModel: ReadModel;
  readonly readiness: Readiness;
  readonly followers: Followers;
  readonly webhooks: Webhooks;
  readonly history: History;
  readonly archive: OpenedArchive;
  readonly deadLetters: DeadLetters;
  readonly present: Present;
}

@Module({})
export class GatewayModule {
  static with(
    { log, mail, clock, pool, seals, ids, attachments, report, settings, access = new Access() }: GatewayPorts,
    { runner, readModel, readiness, followers, webhooks, archive, history, deadLetters, present }: GatewayParts,
  ): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        DeploymentsController,
        EventsController,
        FleetController,
        HostsController,
        ScaleController,
        PlansController,
        RebalanceController,
        AttachmentsController,
        AuditController,
        IncarnationController,
        ArchiveController,
        PlatformController,
        ParksController,
        DeadLettersController,
        HealthController,
        WebhooksController,
        HistoryController,
        WhyController,
        FeedController,
      ],
      providers: [
        { provide: EventLog, useValue: log },
        { provide: Attachments, useValue: attachments },
        { provide: ViewRunner, useValue: runner },
        { provide: ReadModel, useValue: readModel },
        { provide: Readiness, useValue: readiness },
        { provide: Followers, useValue: followers },
        { provide: Webhooks, useValue: webhooks },
        { provide: History, useValue: history },
        { provide: DeadLetters, useValue: deadLetters },
        { provide: Incarnations, useFactory: () => new Incarnations(log, ids) },
        { provide: Why, useFactory: () => new Why(log) },
        {
          provide: Audit,
          useFactory: () => {
            const hosts = async () => (await readModel.hosts()).hosts.map(({ host }) => host);
            return new Audit({ pool, hosts, files: archive.files, memory: new HostsMemory({ mail, clock, ids }) });
          },
        },
        { provide: Formats, useFactory: () => new Formats({ log, ids, editions, replicas: () => new PostgresReplicas(pool).there() }) },
        { provide: Archive, useValue: archive.archive },
        { provide: Parks, useFactory: () => new Parks({ log, ids, readModel }) },
        {
          provide: HostWishes,
          useFactory: () => {
            const { past } = history;
            const state = async (stack: StackName) => past.stateAt(stack, await past.head());
            const fitting = new Fitting({ containers: () => readModel.containers(undefined), state });
            return new HostWishes({ log, ids, readModel, fitting });
          },
        },
        { provide: Scaling, useFactory: () => new Scaling({ log, ids, present }) },
        { provide: Rebalancing, useFactory: () => new Rebalancing({ log, clock, ids, present }) },
        { provide: Plans, useFactory: () => new Plans({ present, clock }) },
        { provide: Deployments, useFactory: (plans: Plans) => new Deployments({ log, seals, ids, plans }), inject: [Plans] },
        {
          provide: RequestsDesk,
          useFactory: (deployments: Deployments) => new RequestsDesk({ access, deployments, readModel, report }),
          inject: [Deployments],
        },
        { provide: Product, useFactory: () => new Product(settings.version ?? null) },
        { provide: APP_INTERCEPTOR, useFactory: () => new KnowledgeInterceptor(new Knowledge({ log, clock, runner })) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(report) },
        { provide: APP_PIPE, useFactory: () => new SchemaPipe() },
      ],
    };
  }
}
