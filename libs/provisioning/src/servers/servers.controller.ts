import { type Actor, Answer, CurrentActor, Paged, PageQuery, PlatformRoute, Refusals } from '@finvera/common';
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AddServer } from './add-server.js';
import { ChangeServer } from './change-server.js';
import { ReadServers } from './read-servers.js';
import { AddServerDto, ServerDto, UpdateServerDto } from './server.dto.js';

const SIGNED_OUT = { 401: 'unauthenticated, token_invalid, token_expired', 403: 'forbidden' };

@ApiTags('Platform: database servers')
@Controller('api/admin/servers')
export class ServersController {
  constructor(
    private readonly read: ReadServers,
    private readonly addServer: AddServer,
    private readonly changeServer: ChangeServer,
  ) {}

  @Get()
  @PlatformRoute()
  @ApiOperation({ summary: 'List database servers', description: 'Searches name and host.' })
  @Answer({ description: 'a page', data: { servers: [ServerDto] }, meta: 'page' })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT })
  async list(@Query() query: PageQuery) {
    const { servers, total } = await this.read.list(query);
    return new Paged({ servers }, { page: query.page, limit: query.limit, total });
  }

  @Get(':id')
  @PlatformRoute()
  @ApiOperation({ summary: 'A database server' })
  @Answer({ description: 'the server', data: { server: ServerDto } })
  @Refusals({ ...SIGNED_OUT, 404: 'server_not_found' })
  async one(@Param('id') id: string) {
    return { server: await this.read.one(id) };
  }

  @Post()
  @PlatformRoute()
  @ApiOperation({
    summary: 'Make a database server known',
    description: 'It is signed in to first. New companies may be placed there at once; give it the status `draining` to wait with that.',
  }) // biome-ignore format: one text
  @Answer({ status: 201, description: 'known', data: { server: ServerDto } })
  @Refusals({ 400: 'validation_failed', ...SIGNED_OUT, 409: 'server_exists', 422: 'server_unreachable' })
  async add(@Body() body: AddServerDto, @CurrentActor() actor: Actor) {
    return { server: await this.read.one(await this.addServer.add(body, actor)) };
  }

  @Put(':id')
  @PlatformRoute()
  @ApiOperation({
    summary: 'Change a database server',
    description:
      'Where new companies go, how many connections the platform opens there, and its replica. All processes act by it within five seconds.',
  })
  @Answer({ description: 'as it is now', data: { server: ServerDto } })
  @Refusals({
    400: 'validation_failed',
    ...SIGNED_OUT,
    404: 'server_not_found',
    409: 'server_exists',
    422: 'server_unreachable',
  })
  async change(@Param('id') id: string, @Body() body: UpdateServerDto, @CurrentActor() actor: Actor) {
    await this.changeServer.change(id, body, actor);
    return { server: await this.read.one(id) };
  }
}
