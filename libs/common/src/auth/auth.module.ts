import { type DynamicModule, Module } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { createSecretKey } from 'node:crypto';
import { TokenService } from './token.service.js';

export interface AuthModuleOptions {
  /** The first one signs; what any of them signed is good. */
  jwtSecrets: readonly [string, ...string[]];
  tokenLifetimeSeconds: number;
}

/** Gives every module the `TokenService`. Global, like configuration and logging. */
@Module({})
export class AuthModule {
  static forRoot({ jwtSecrets, tokenLifetimeSeconds }: AuthModuleOptions): DynamicModule {
    // as key objects: from a text, each verification would try to parse a public key first
    const [secret, ...former] = jwtSecrets.map((text) => createSecretKey(Buffer.from(text)));
    const others = former.map((one) => new JwtService({ secret: one }));
    return {
      module: AuthModule,
      global: true,
      imports: [JwtModule.register({ secret })],
      providers: [
        {
          provide: TokenService,
          inject: [JwtService],
          useFactory: (jwt: JwtService) => new TokenService(jwt, tokenLifetimeSeconds, others),
        },
      ],
      exports: [TokenService],
    };
  }
}
