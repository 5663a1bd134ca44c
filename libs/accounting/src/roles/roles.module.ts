import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { RecordsModule } from '../records/records.module.js';
import { Role } from '../users/user.entity.js';
import { ManageRoles } from './manage-roles.js';
import { RolesController } from './roles.controller.js';

@Module({
  imports: [TenancyModule.forFeature([Role]), RecordsModule],
  controllers: [RolesController],
  providers: [ManageRoles],
})
export class RolesModule {}
