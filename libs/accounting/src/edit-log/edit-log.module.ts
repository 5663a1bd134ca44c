import { Module } from '@nestjs/common';
import { CompanySettingsReader } from '../company/company-settings.js';
import { EditLog } from './edit-log.js';
import { EditLogController } from './edit-log.controller.js';
import { ReadEditLog } from './read-edit-log.js';

@Module({
  controllers: [EditLogController],
  // the reader of settings is provided here too: its own module imports this one
  providers: [EditLog, ReadEditLog, CompanySettingsReader],
  exports: [EditLog],
})
export class EditLogModule {}
