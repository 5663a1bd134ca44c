import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { ChangeVoucher } from './change-voucher.js';
import { ManageVoucherTypes } from './manage-voucher-types.js';
import { PostVouchers } from './post-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import { VoucherType } from './voucher-type.entity.js';
import { VoucherTypesController } from './voucher-types.controller.js';
import { VouchersController } from './vouchers.controller.js';

@Module({
  imports: [TenancyModule.forFeature([VoucherType]), CompanyModule],
  controllers: [VouchersController, VoucherTypesController],
  providers: [PostVouchers, ChangeVoucher, ReadVouchers, ManageVoucherTypes],
  exports: [ReadVouchers],
})
export class VouchersModule {}
