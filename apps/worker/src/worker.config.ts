import { BooleanSetting } from '@finvera/common';
import { IsIn, IsString } from 'class-validator';

/** Settings of the background process. */
export class WorkerConfig {
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  LOG_LEVEL: string = 'info';

  @IsString()
  WORKER_LOG_FILE: string = 'logs/worker.log';

  @IsString()
  BASE_DOMAIN: string = 'localhost';

  /** Whether the log goes to stdout as well as to its file. */
  @BooleanSetting()
  LOG_STDOUT: boolean = true;
}
