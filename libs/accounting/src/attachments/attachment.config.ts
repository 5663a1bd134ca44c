import { IntegerSetting } from '@finvera/common';

/** Settings of files beside vouchers. */
export class AttachmentConfig {
  /** Bytes of one file. */
  @IntegerSetting(1_024, 1_073_741_824)
  ATTACHMENT_MAX_BYTES: number = 10_485_760;

  /** Files of one voucher. */
  @IntegerSetting(1, 1_000)
  ATTACHMENTS_PER_VOUCHER: number = 20;
}
