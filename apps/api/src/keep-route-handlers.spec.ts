import { Controller, Get, Inject, Injectable, Module, Query, Scope } from '@nestjs/common';
import { ContextIdFactory, NestFactory, REQUEST } from '@nestjs/core';
import { RouterExplorer } from '@nestjs/core/router/router-explorer.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { keepRouteHandlers } from './keep-route-handlers.js';

@Injectable({ scope: Scope.REQUEST, durable: true })
class Shop {
  constructor(@Inject(REQUEST) readonly payload: { shop: string }) {}
}

@Controller()
class BikesController {
  constructor(private readonly shop: Shop) {}

  @Get('bikes')
  bikes(@Query('colour') colour: string) {
    return { shop: this.shop.payload.shop, colour };
  }
}

@Module({ controllers: [BikesController], providers: [Shop] })
class BikesModule {}

describe('the handler of a durable controller', () => {
  let app: NestFastifyApplication;
  let made = 0;
  const prototype = RouterExplorer.prototype as unknown as { createCallbackProxy: (...args: unknown[]) => unknown };
  const create = prototype.createCallbackProxy;

  beforeAll(async () => {
    prototype.createCallbackProxy = function (...args) {
      made += 1;
      return create.apply(this, args);
    };
    keepRouteHandlers();
    const contexts = new Map(['north', 'south'].map((shop) => [shop, ContextIdFactory.create()]));
    ContextIdFactory.apply({
      attach: (contextId, request: { headers: Record<string, string> }) => {
        const shop = request.headers['x-shop']!;
        return { resolve: (info) => (info.isTreeDurable ? contexts.get(shop)! : contextId), payload: { shop } };
      },
    });
    app = await NestFactory.create<NestFastifyApplication>(BikesModule, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  it('is put together once for each, and each answers for itself', async () => {
    const ask = async (shop: string, colour: string) =>
      (await fetch(`${await app.getUrl()}/bikes?colour=${colour}`, { headers: { 'x-shop': shop } })).json();
    for (const colour of ['red', 'blue', 'green'])
      for (const shop of ['north', 'south']) expect(await ask(shop, colour)).toEqual({ shop, colour });
    expect(made).toBe(2);
  });
});
