import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../../../apps/dashboard/dist/', import.meta.url));

/** Serves the built dashboard under /admin/; before it is built, a sentence that says how. */
export async function serveDashboard(server: FastifyInstance): Promise<void> {
  const config = { access: { kind: 'public' } };
  server.get('/admin', { config }, (_request, reply) => reply.redirect('/admin/'));
  await server.register(fastifyStatic, {
    root: BUILT,
    serve: false,
    decorateReply: !server.hasReplyDecorator('sendFile'),
  });
  server.get('/admin/*', { config }, (request, reply) => {
    const { '*': path } = request.params as { '*': string };
    if (!existsSync(`${BUILT}index.html`))
      return reply.type('text/plain; charset=utf-8').send('The dashboard is not built yet: npm run build:dashboard');
    return reply.sendFile(path === '' ? 'index.html' : path, BUILT);
  });
}
