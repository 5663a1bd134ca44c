import { type DynamicModule, Module } from '@nestjs/common';
import { OBJECT_STORE } from './object-store.js';
import { type ObjectStoreConfig, openObjectStore } from './object-store.config.js';

/** Gives every module the `OBJECT_STORE`. Global, like configuration and logging. */
@Module({})
export class ObjectStoreModule {
  static forRoot(config: ObjectStoreConfig): DynamicModule {
    return {
      module: ObjectStoreModule,
      global: true,
      providers: [{ provide: OBJECT_STORE, useFactory: () => openObjectStore(config) }],
      exports: [OBJECT_STORE],
    };
  }
}
