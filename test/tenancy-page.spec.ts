import type { FinishEverything } from './tenancy-page.generated.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { call } from './support/http.js';
import { testDatabase } from './support/platform.js';
import { freePort } from './support/process.js';

const PAGE = new URL('../docs/tenancy.md', import.meta.url);
const GENERATED = new URL('tenancy-page.generated.ts', import.meta.url);
const SHOPS = ['north', 'south'];

interface Workshop {
  openWorkshop(port: number): Promise<NestFastifyApplication>;
  FinishEverything: typeof FinishEverything;
}

describe('the application printed in docs/tenancy.md', () => {
  const names = SHOPS.map((shop) => `${shop}${process.pid}`);
  const [north, south] = names as [string, string];
  const server = testDatabase();
  const port = freePort();
  let app: NestFastifyApplication;
  let workshop: Workshop;

  const sql = async (...statements: string[]) => {
    const connection = await createConnection(server);
    for (const statement of statements) await connection.query(statement);
    await connection.end();
  };
  const ask = async (shop: string, json?: object) =>
    call(await port, '/repairs', { host: `${shop}.localhost`, method: json ? 'POST' : 'GET', json });

  beforeAll(async () => {
    await sql(
      ...names.flatMap((shop) => [
        `CREATE DATABASE shop_${shop}`,
        `CREATE TABLE shop_${shop}.repairs (id INT AUTO_INCREMENT PRIMARY KEY, bicycle VARCHAR(100) NOT NULL, done TINYINT NOT NULL DEFAULT 0)`,
      ]),
    );
    const [, code = ''] = /```ts\n(import [\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
    writeFileSync(GENERATED, code);
    Object.assign(process.env, { DB_HOST: server.host, DB_PORT: String(server.port), DB_USER: server.user });
    Object.assign(process.env, { DB_PASSWORD: server.password, SHOPS: names.join(',') });
    workshop = await import('./tenancy-page.generated.js');
    app = await workshop.openWorkshop(await port);
  });

  afterAll(async () => {
    await app?.close();
    rmSync(GENERATED, { force: true });
    await sql(...names.map((shop) => `DROP DATABASE IF EXISTS shop_${shop}`));
  });

  it('is forty lines long', () => {
    const lines = readFileSync(GENERATED, 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('import ')).length).toBeLessThanOrEqual(42);
  });

  it('keeps each shop’s repairs in its own database', async () => {
    expect((await ask(north, { bicycle: 'red' })).body).toMatchObject({ bicycle: 'red' });
    expect((await ask(south, { bicycle: 'blue' })).body).toMatchObject({ bicycle: 'blue' });
    for (const [shop, bicycle] of [
      [north, 'red'],
      [south, 'blue'],
      [north, 'red'],
    ] as const)
      expect((await ask(shop)).body.map((repair: { bicycle: string }) => repair.bicycle)).toEqual([bicycle]);
  });

  it('reaches one shop alone in a job', async () => {
    await app.get(workshop.FinishEverything).run(north);
    expect([(await ask(north)).body[0].done, (await ask(south)).body[0].done]).toEqual([true, false]);
  });

  it('refuses a host that names nobody, and a route without a tenant', async () => {
    expect((await ask('nobody')).status).toBe(404);
    expect((await call(await port, '/repairs', { host: 'localhost' })).status).toBe(500);
  });
});
