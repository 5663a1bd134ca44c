import { TenancyModule } from '@finvera/tenancy';
import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { AuthController } from './auth.controller.js';
import { CompanyUsers } from './company-users.js';
import { ManageUsers } from './manage-users.js';
import { SignIn } from './sign-in.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';

@Module({
  imports: [TenancyModule.forFeature([User]), CompanyModule],
  controllers: [AuthController, UsersController],
  providers: [CompanyUsers, SignIn, ManageUsers],
  exports: [CompanyUsers],
})
export class UsersModule {}
