import { RouteConfig } from '@nestjs/platform-fastify';

/** Adds to what Fastify keeps as the route's `config`; Nest's own decorator replaces what another one set. */
export const routeConfig =
  (more: object): MethodDecorator =>
  (target, key, descriptor) => {
    const handler = descriptor.value as object;
    configs.set(handler, { ...configs.get(handler), ...more });
    RouteConfig(configs.get(handler))(target, key, descriptor);
  };

const configs = new WeakMap<object, object>();
