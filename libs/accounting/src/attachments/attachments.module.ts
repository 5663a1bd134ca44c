import { type DynamicModule, Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { AttachFile } from './attach-file.js';
import { AttachmentConfig } from './attachment.config.js';
import { AttachmentStore } from './attachment-store.js';
import { AttachmentsController } from './attachments.controller.js';
import { RemoveAttachment } from './remove-attachment.js';
import { SweepAttachments } from './sweep-attachments.js';

/** Files beside vouchers. Needs the `ObjectStoreModule`. */
@Module({})
export class AttachmentsModule {
  static forRoot(config: AttachmentConfig): DynamicModule {
    return {
      module: AttachmentsModule,
      imports: [CompanyModule, VouchersModule],
      controllers: [AttachmentsController],
      providers: [
        { provide: AttachmentConfig, useValue: config },
        AttachmentStore,
        AttachFile,
        RemoveAttachment,
        SweepAttachments,
      ],
    };
  }
}
