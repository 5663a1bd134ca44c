import { RouterExplorer } from '@nestjs/core/router/router-explorer.js';

let kept: WeakMap<object, Map<string, unknown>> | undefined;

type CreateCallbackProxy = (instance: object, callback: unknown, methodName: string, ...rest: unknown[]) => unknown;

/**
 * Nest puts a request-scoped route's pipes, guards and parameters together anew for each request, also when its
 * controller is durable and so the same object as before: a fifth of what a request costs it. Here the handler is
 * kept with the controller it belongs to, and goes with it. Pipes, guards and interceptors must not be request-scoped
 * themselves; none of ours is. Reaches into Nest: its test says when Nest has changed there.
 */
export function keepRouteHandlers(): void {
  if (kept) return;
  const handlersOf = new WeakMap<object, Map<string, unknown>>();
  kept = handlersOf;
  const prototype = RouterExplorer.prototype as unknown as { createCallbackProxy: CreateCallbackProxy };
  const create = prototype.createCallbackProxy;
  prototype.createCallbackProxy = function (instance, callback, methodName, ...rest) {
    const handlers = handlersOf.get(instance) ?? new Map<string, unknown>();
    handlersOf.set(instance, handlers);
    const handler = handlers.get(methodName) ?? create.call(this, instance, callback, methodName, ...rest);
    handlers.set(methodName, handler);
    return handler;
  };
}
