import { type DynamicModule, Module } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { createSecretKey } from 'node:crypto';
import { TokenService } from './token.service.js';

export interface AuthModuleOptions {
  jwtSecret: string;
  tokenLifetimeSeconds: number;
}

/** Gives every module the `TokenService`. Global, like configuration and logging. */
@Module({})
export class AuthModule {
  static forRoot(options: AuthModuleOptions): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      // as a key object: from a text, each verification would try to parse a public key first
      imports: [JwtModule.register({ secret: createSecretKey(Buffer.from(options.jwtSecret)) })],
      providers: [
        {
          provide: TokenService,
          inject: [JwtService],
          useFactory: (jwt: JwtService) => new TokenService(jwt, options.tokenLifetimeSeconds),
        },
      ],
      exports: [TokenService],
    };
  }
}
