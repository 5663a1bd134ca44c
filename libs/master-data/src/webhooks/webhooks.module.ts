import { WebhookConfig } from '@finvera/common';
import { type DynamicModule, Module } from '@nestjs/common';
import { ChangeEndpoints } from './change-endpoints.js';
import { DeliverWebhooks } from './deliver-webhooks.js';
import { DeliveryStore } from './delivery-store.js';
import { FindWebhooks } from './find-webhooks.js';
import { QueueDeliveries } from './queue-deliveries.js';
import { RemoveOldDeliveries } from './remove-old-deliveries.js';
import { ReplayDeliveries } from './replay-deliveries.js';
import { TestEndpoint } from './test-endpoint.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookWorker } from './webhook-worker.js';

export interface WebhooksOptions {
  config: WebhookConfig;
  /** The routes under `/api/admin`. */
  http?: boolean;
  /** Send what is due. */
  worker?: boolean;
}

const USE_CASES = [ChangeEndpoints, FindWebhooks, ReplayDeliveries, TestEndpoint, RemoveOldDeliveries];

/** Tells others of events by HTTP (Standard Webhooks): derived from the audit log, at least once. */
@Module({})
export class WebhooksModule {
  static forRoot({ config, http = false, worker = false }: WebhooksOptions): DynamicModule {
    return {
      module: WebhooksModule,
      global: true,
      controllers: http ? [WebhookEndpointsController, WebhookDeliveriesController] : [],
      providers: [
        { provide: WebhookConfig, useValue: config },
        QueueDeliveries,
        DeliveryStore,
        DeliverWebhooks,
        ...USE_CASES,
        ...(worker ? [WebhookWorker] : []),
      ],
      exports: [...USE_CASES, WebhookConfig],
    };
  }
}
