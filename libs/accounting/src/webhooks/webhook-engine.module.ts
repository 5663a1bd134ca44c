import { Module } from '@nestjs/common';
import { EditLogModule } from '../edit-log/edit-log.module.js';
import { DeliveryStore } from './delivery-store.js';
import { EndpointSecrets } from './endpoint-secrets.js';
import { NoteDeliveries } from './note-deliveries.js';
import { SendDeliveries } from './send-deliveries.js';

/** Notes and sends what endpoints are told: for the upkeep of the books, in every process that changes them. */
@Module({
  imports: [EditLogModule],
  providers: [NoteDeliveries, DeliveryStore, EndpointSecrets, SendDeliveries],
  exports: [NoteDeliveries, EndpointSecrets, SendDeliveries],
})
export class WebhookEngineModule {}
