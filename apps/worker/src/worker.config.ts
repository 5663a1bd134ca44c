import { IsIn, IsString } from 'class-validator';

/** Settings of the background process. */
export class WorkerConfig {
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  LOG_LEVEL: string = 'info';

  @IsString()
  WORKER_LOG_FILE: string = 'logs/worker.log';

  @IsString()
  BASE_DOMAIN: string = 'localhost';
}
