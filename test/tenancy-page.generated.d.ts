import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Written by the test from docs/tenancy.md. */
export declare class FinishEverything {
  run(shopId: string): Promise<unknown>;
}
export declare function openWorkshop(port: number): Promise<NestFastifyApplication>;
