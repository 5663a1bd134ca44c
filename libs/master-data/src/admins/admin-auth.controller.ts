import { type Actor, CurrentActor, PublicRoute, Refusals } from '@finvera/common';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsEmail, IsString, MaxLength } from 'class-validator';
import { AdminSignIn } from './admin-sign-in.js';

class AdminLoginDto {
  @ApiProperty({ example: 'admin@finvera.local' })
  @IsEmail({ require_tld: false })
  @MaxLength(254)
  email: string;

  @ApiProperty({ example: 'the password that npm start printed' })
  @IsString()
  @MaxLength(200)
  password: string;
}

class AdminDto {
  @ApiProperty() id: string;
  @ApiProperty({ example: 'admin@finvera.local' }) email: string;
  @ApiProperty() name: string;
}

@ApiTags('Platform: sign-in')
@Controller('api/admin/auth')
export class AdminAuthController {
  constructor(private readonly adminSignIn: AdminSignIn) {}

  @Post('login')
  @HttpCode(200)
  @PublicRoute()
  @ApiOperation({
    summary: 'Sign in as a platform admin',
    description: 'Answers `data.token`; send it as `Authorization: Bearer …` on the routes under `/api/admin`.',
  })
  @ApiResponse({
    status: 200,
    description: 'signed in',
    schema: {
      example: {
        success: true,
        data: { token: 'eyJ…', expires_in: 43200, admin: { id: '…', email: 'admin@finvera.local', name: 'Admin' } },
      },
    },
  })
  @Refusals({ 400: 'validation_failed', 401: 'invalid_credentials', 429: 'too_many_failed_sign_ins' })
  async login(@Body() body: AdminLoginDto, @CurrentActor() actor: Actor) {
    const { token, expires_in, admin } = await this.adminSignIn.signIn(body.email, body.password, actor);
    return { token, expires_in, admin: { id: admin.id, email: admin.email, name: admin.name } satisfies AdminDto };
  }
}
