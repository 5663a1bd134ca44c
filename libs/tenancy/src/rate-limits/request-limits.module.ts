import { RedisConnections } from '@finvera/common';
import { type DynamicModule, Module } from '@nestjs/common';
import { RequestLimits, type RequestLimitsOptions } from './request-limits.js';

/** Gives every module the `RequestLimits`; needs the `RedisModule`. Global, like configuration and logging. */
@Module({})
export class RequestLimitsModule {
  static forRoot(options: RequestLimitsOptions): DynamicModule {
    return {
      module: RequestLimitsModule,
      global: true,
      providers: [
        {
          provide: RequestLimits,
          inject: [RedisConnections],
          useFactory: (redis: RedisConnections) => new RequestLimits(redis, options),
        },
      ],
      exports: [RequestLimits],
    };
  }
}
