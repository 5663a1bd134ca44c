import { PublicRoute, RedisConnections, unavailable } from '@finvera/common';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

const CHECK_TIMEOUT_MS = 2_000;

@ApiTags('Health')
@Controller('api/health')
export class HealthController {
  constructor(
    @InjectDataSource() private readonly master: DataSource,
    private readonly redis: RedisConnections,
  ) {}

  @Get('live')
  @PublicRoute()
  @ApiOperation({ summary: 'Is the process alive' })
  @ApiResponse({ status: 200, description: 'alive', schema: { example: { success: true, data: { status: 'ok' } } } })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @PublicRoute()
  @ApiOperation({
    summary: 'Can it serve: master database and Redis',
    description: 'Without Redis it serves on, and says so here.',
  })
  @ApiResponse({
    status: 200,
    description: 'ready',
    schema: { example: { success: true, data: { status: 'ok', master_database: 'up', redis: 'up' } } },
  })
  @ApiResponse({ status: 503, description: 'not ready (not_ready)' })
  async ready() {
    const [master, redis] = await Promise.all([
      answers(this.master.query('SELECT 1')),
      answers(Promise.resolve().then(() => this.redis.commands.ping())),
    ]);
    if (!master) throw unavailable('not_ready', 'The master database cannot be reached.', 1);
    return { status: redis ? 'ok' : 'degraded', master_database: 'up', redis: redis ? 'up' : 'down' };
  }
}

async function answers(check: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS).unref();
  });
  try {
    return (await Promise.race([check.then(() => true), late])) === true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
