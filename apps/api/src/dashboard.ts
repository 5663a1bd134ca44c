import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../../../apps/dashboard/dist/', import.meta.url));

/** Serves the built dashboard under /admin/; before it is built, a sentence that says how. */
export async function serveDashboard(server: FastifyInstance): Promise<void> {
  const config = { access: { kind: 'public' } };
  await server.register(fastifyStatic, {
    root: BUILT,
    serve: false,
    decorateReply: !server.hasReplyDecorator('sendFile'),
  });
  // trailing slashes do not matter to the router, but to the page's relative addresses they do
  server.get('/admin', { config }, (request, reply) =>
    /^\/admin(\?|$)/.test(request.url) ? reply.redirect('/admin/') : send(reply, 'index.html'),
  );
  server.get('/admin/*', { config }, (request, reply) => send(reply, (request.params as { '*': string })['*']));

  function send(reply: FastifyReply, path: string): FastifyReply {
    if (!existsSync(`${BUILT}index.html`))
      return reply.type('text/plain; charset=utf-8').send('The dashboard is not built yet: npm run build:dashboard');
    return reply.sendFile(path, BUILT);
  }
}
