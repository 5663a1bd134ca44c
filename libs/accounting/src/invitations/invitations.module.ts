import { Module } from '@nestjs/common';
import { CompanyModule } from '../company/company.module.js';
import { UsersModule } from '../users/users.module.js';
import { AcceptInvitation } from './accept-invitation.js';
import { AcceptInvitationController } from './accept-invitation.controller.js';
import { InvitationsController } from './invitations.controller.js';
import { ManageInvitations } from './manage-invitations.js';
import { SendInvitation } from './send-invitation.js';

@Module({
  imports: [CompanyModule, UsersModule],
  controllers: [InvitationsController, AcceptInvitationController],
  providers: [ManageInvitations, SendInvitation, AcceptInvitation],
})
export class InvitationsModule {}
