import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { AlterVoucher } from './alter-voucher.js';
import { CancelVoucher } from './cancel-voucher.js';
import { ChangeMetadata } from './change-metadata.js';
import { ChangeVoucher } from './change-voucher.js';
import { DuplicateVoucher } from './duplicate-voucher.js';
import { DeleteDraft } from './delete-draft.js';
import { ManageVoucherTypes } from './manage-voucher-types.js';
import { PostDraft } from './post-draft.js';
import { PostVouchers } from './post-vouchers.js';
import { ReadVouchers } from './read-vouchers.js';
import { ReverseVoucher } from './reverse-voucher.js';
import { VoucherChangesController } from './voucher-changes.controller.js';
import { VoucherType } from './voucher-type.entity.js';
import { VoucherTypesController } from './voucher-types.controller.js';
import { VouchersController } from './vouchers.controller.js';

@Module({
  imports: [TenancyModule.forFeature([VoucherType]), CompanyModule],
  controllers: [VouchersController, VoucherChangesController, VoucherTypesController],
  providers: [
    PostVouchers,
    ReadVouchers,
    ChangeVoucher,
    AlterVoucher,
    PostDraft,
    CancelVoucher,
    ReverseVoucher,
    DeleteDraft,
    DuplicateVoucher,
    ChangeMetadata,
    ManageVoucherTypes,
  ],
  exports: [ReadVouchers, PostVouchers, ChangeVoucher, ReverseVoucher, PostDraft, ManageVoucherTypes],
})
export class VouchersModule {}
