import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { RecordsModule } from '../records/records.module.js';
import { VouchersModule } from '../vouchers/vouchers.module.js';
import { ManageVoucherTemplates } from './manage-voucher-templates.js';
import { PostDueVouchers } from './post-due-vouchers.js';
import { VoucherTemplatesController } from './voucher-templates.controller.js';

/** Templates of vouchers, recurring and post-dated ones. */
@Module({
  imports: [CompanyModule, RecordsModule, VouchersModule],
  controllers: [VoucherTemplatesController],
  providers: [ManageVoucherTemplates, PostDueVouchers],
  exports: [PostDueVouchers],
})
export class VoucherTemplatesModule {}
