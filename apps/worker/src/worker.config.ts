import { BooleanSetting, IntegerSetting } from '@finvera/common';
import { IsIn, IsString } from 'class-validator';

/** Settings of the background process. */
export class WorkerConfig {
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  LOG_LEVEL: string = 'info';

  @IsString()
  WORKER_LOG_FILE: string = 'logs/worker.log';

  /** Port on this machine for GET /metrics of this worker; 0: none. */
  @IntegerSetting(0, 65_535)
  WORKER_METRICS_PORT: number = 0;

  @IsString()
  BASE_DOMAIN: string = 'localhost';

  /** Whether the log goes to stdout as well as to its file. */
  @BooleanSetting()
  LOG_STDOUT: boolean = true;
}
