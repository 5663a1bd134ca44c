import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { UpkeepModule } from '../upkeep/upkeep.module.js';
import { FindWebhooks } from './find-webhooks.js';
import { ManageEndpoints } from './manage-endpoints.js';
import { ReplayDeliveries } from './replay-deliveries.js';
import { TestEndpoint } from './test-endpoint.js';
import { CompanyWebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { CompanyWebhookEndpointsController } from './webhook-endpoints.controller.js';
import { WebhookEngineModule } from './webhook-engine.module.js';

/** Tells other programs what happens in the books (Standard Webhooks): derived from the edit log, at least once, in its order. */
@Module({
  imports: [CompanyModule, UpkeepModule, WebhookEngineModule],
  controllers: [CompanyWebhookEndpointsController, CompanyWebhookDeliveriesController],
  providers: [FindWebhooks, ManageEndpoints, ReplayDeliveries, TestEndpoint],
})
export class CompanyWebhooksModule {}
