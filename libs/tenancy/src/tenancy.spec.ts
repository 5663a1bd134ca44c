import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import { InjectTenantRepository, Tenancy, TenancyModule, type TenantRecord } from './index.js';

const { TEST_DB_HOST: host, TEST_DB_PORT = '3306', TEST_DB_USER = 'root', TEST_DB_PASSWORD = '' } = process.env;
const server = { host, port: Number(TEST_DB_PORT), user: TEST_DB_USER, password: TEST_DB_PASSWORD };

@Entity('books')
class Book {
  @PrimaryGeneratedColumn() id: number;
  @Column('varchar', { length: 100 }) title: string;
}

@Injectable()
class Shelf {
  constructor(@InjectTenantRepository(Book) readonly books: Repository<Book>) {}

  titles = async () => (await this.books.find()).map(({ title }) => title);
}

const names = ['north', 'south', 'east'].map((name) => `${name}_${randomBytes(4).toString('hex')}`);
const records = names.map(
  (id): TenantRecord => ({
    id,
    subdomain: id,
    status: 'active',
    provisioned: true,
    suspendedReason: null,
    schemaVersion: '1',
    revision: '1',
    database: id,
    host: host!,
    port: server.port,
  }),
);
const find = async (id: string) => records.find((record) => record.id === id) ?? null;

@Module({
  imports: [
    TenancyModule.forRoot({
      directory: { findById: find, findBySubdomain: find, credentials: async () => server },
      entities: [Book],
      minSchemaVersion: '1',
      baseDomain: 'localhost',
      limits: { maxCachedTenants: 2 },
    }),
    TenancyModule.forFeature([Book]),
  ],
  providers: [Shelf],
})
class LibraryModule {}

(host ? describe : describe.skip)('work outside a request', () => {
  const [north, south, east] = names as [string, string, string];
  let app: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
  let tenancy: Tenancy;
  const titles = (id: string) => tenancy.run(id, async (scope) => (await scope.get(Shelf)).titles());

  beforeAll(async () => {
    const connection = await createConnection({ ...server, multipleStatements: true });
    for (const id of names)
      await connection.query(
        `CREATE DATABASE ${id}; CREATE TABLE ${id}.books (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100)); INSERT INTO ${id}.books (title) VALUES ('${id}')`,
      );
    await connection.end();
    app = await NestFactory.createApplicationContext(LibraryModule, { logger: false });
    tenancy = app.get(Tenancy);
  });

  afterAll(async () => {
    await app.close();
    const connection = await createConnection(server);
    for (const id of names) await connection.query(`DROP DATABASE ${id}`);
    await connection.end();
  });

  it('nestjs/bull#415, laravel-multitenancy#558: jobs of a second tenant failed after the first. Here each gets its own, in any order', async () => {
    for (const id of [north, south, east, north, east, south]) expect(await titles(id)).toEqual([id]);
  });

  it('Papooch/nestjs-cls#404: A, B, A at once answered with B’s data. Here 1,500 turns do not mix', async () => {
    const turns = Array.from({ length: 1_500 }, (_, turn) => names[turn % 2]!);
    const answers = await Promise.all(turns.map(titles));
    expect(answers.flat()).toEqual(turns);
  });

  it('typeorm#2728: metadata was built per connection. Here all tenants share one', async () => {
    const metadata = (id: string) => tenancy.run(id, async ({ dataSource }) => dataSource.entityMetadatas);
    expect(await metadata(north)).toBe(await metadata(south));
  });

  it('a job of one tenant inside that of another reaches its own alone', async () => {
    const both = await tenancy.run(north, async (outer) => {
      const inner = await titles(south);
      return [...(await (await outer.get(Shelf)).titles()), ...inner];
    });
    expect(both).toEqual([north, south]);
  });

  it('reads are repeatable within a transaction, not uncommitted', async () => {
    const level = await tenancy.run(north, ({ dataSource }) =>
      dataSource.query("SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')"),
    );
    for (const { Value } of level) expect(Value).toBe('REPEATABLE-READ');
  });

  it('a repository is refused outside a tenant, with a sentence that says what to do', async () => {
    await expect(app.resolve(Shelf)).rejects.toThrow(
      'A tenant repository was asked for outside a tenant: mark the route as a company route, or use Tenancy.run().',
    );
    expect(() => app.get(Shelf)).toThrow();
  });

  it('one that somebody keeps after its tenant was evicted reaches nobody’s data', async () => {
    const kept = await tenancy.run(north, async (scope) => (await scope.get(Shelf)).books);
    await titles(south);
    await titles(east); // two places: north is evicted
    await expect(kept.find()).rejects.toMatchObject({ code: 'tenant_data_source_closed' });
    expect(await titles(north)).toEqual([north]);
  });

  it('a tenant that is not there, or suspended, is refused', async () => {
    await expect(titles('nobody')).rejects.toMatchObject({ code: 'tenant_not_found', status: 404 });
  });
});
