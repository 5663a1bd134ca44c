import { MetricsModule, type Tracing, TracingModule } from '@finvera/common';
import { type DynamicModule, Module } from '@nestjs/common';
import { SlowQueryLog } from '../slow-queries/slow-query-log.js';
import { EngineMetrics } from './engine-metrics.js';
import { PlatformObserver, SLOW_QUERY_MS } from './platform-observer.js';
import { RequestsUnderWay } from './requests-under-way.js';

export interface ObservationOptions {
  /** Statements that take so many milliseconds or longer are logged; 0: none. */
  slowQueryMs: number;
  /** Absent: nothing is traced. */
  tracing?: Tracing;
}

const OBSERVERS = [RequestsUnderWay, EngineMetrics, SlowQueryLog, PlatformObserver];

/** What looks at the tenancy engine while it works. Global, like logging. */
@Module({})
export class ObservationModule {
  static forRoot({ slowQueryMs, tracing }: ObservationOptions): DynamicModule {
    return {
      module: ObservationModule,
      global: true,
      imports: [MetricsModule.forRoot(), TracingModule.forRoot(tracing)],
      providers: [{ provide: SLOW_QUERY_MS, useValue: slowQueryMs }, ...OBSERVERS],
      exports: OBSERVERS,
    };
  }
}
