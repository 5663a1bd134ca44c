import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import { InjectTenantRepository, TENANT_DATA_SOURCE, TenancyModule } from '../index.js';
import { givenFreshTenant, givenReusedTenant, type ReusedTenant } from '../testing.js';

const { TEST_DB_HOST: host, TEST_DB_PORT = '3306', TEST_DB_USER = 'root', TEST_DB_PASSWORD = '' } = process.env;
const server = { host: host!, port: Number(TEST_DB_PORT), user: TEST_DB_USER, password: TEST_DB_PASSWORD };
const describeWithDatabase = host ? describe : describe.skip;

@Entity('books')
class Book {
  @PrimaryGeneratedColumn() id: number;
  @Column('varchar', { length: 100 }) title: string;
}

@Injectable()
class Shelf {
  constructor(@InjectTenantRepository(Book) private readonly books: Repository<Book>) {}

  put = (...titles: string[]) =>
    this.books.manager.transaction((tx) => tx.save(titles.map((title) => tx.create(Book, { title }))));
  titles = async () => (await this.books.find({ order: { id: 'ASC' } })).map(({ title }) => title);
}

const lookup = async () => null;
const directory = { findById: lookup, findBySubdomain: lookup, credentials: async () => server };

@Module({
  imports: [
    TenancyModule.forRoot({ directory, entities: [Book], minSchemaVersion: '0', baseDomain: 'localhost' }),
    TenancyModule.forFeature([Book]),
  ],
  providers: [Shelf],
})
class LibraryModule {}

const options = {
  server,
  entities: [Book],
  create: (query: (sql: string) => Promise<unknown>) =>
    query('CREATE TABLE books (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(100) NOT NULL) ENGINE=InnoDB'),
};

describeWithDatabase('a reused tenant', () => {
  let tenant: ReusedTenant;
  let shelf: Shelf;

  beforeAll(async () => {
    tenant = await givenReusedTenant(options);
    const module = await Test.createTestingModule({ imports: [LibraryModule] })
      .overrideProvider(TENANT_DATA_SOURCE)
      .useValue(tenant.dataSource)
      .compile();
    shelf = await module.resolve(Shelf);
  });
  beforeEach(() => tenant.begin());
  afterEach(() => tenant.rollBack());
  afterAll(() => tenant.close());

  it.each(['one test', 'the next'])('%s finds nothing of another, though transactions commit', async (title) => {
    expect(await shelf.titles()).toEqual([]);
    await shelf.put(title, `${title}, second volume`);
    expect(await shelf.titles()).toEqual([title, `${title}, second volume`]);
  });

  it('a transaction that fails takes back its own part alone', async () => {
    await shelf.put('kept');
    const failing = tenant.dataSource.transaction(async (tx) => {
      await tx.save(tx.create(Book, { title: 'lost' }));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await shelf.titles()).toEqual(['kept']);
  });

  it('does one after the other what runs side by side', async () => {
    await Promise.all(['a', 'b', 'c'].map((title) => shelf.put(title)));
    expect((await shelf.titles()).sort()).toEqual(['a', 'b', 'c']);
  });

  it('a transaction that takes a second connection is told so', async () => {
    const nested = tenant.dataSource.transaction(() => shelf.titles());
    await expect(nested).rejects.toThrow('A second connection was asked for while the first is held');
    expect(await shelf.titles()).toEqual([]);
  });
});

describeWithDatabase('a fresh tenant', () => {
  it('has a database of its own and real transactions, and refuses who keeps it after its end', async () => {
    const tenant = await givenFreshTenant(options);
    const { dataSource } = tenant;
    const inside = dataSource.transaction(async (tx) => {
      await tx.save(tx.create(Book, { title: 'not yet' }));
      return dataSource.getRepository(Book).count();
    });
    expect(await inside).toBe(0);
    const kept = dataSource.getRepository(Book);
    expect(await kept.count()).toBe(1);
    await tenant.close();
    await expect(kept.count()).rejects.toThrow('Take repositories from the request or from Tenancy.run()');
  });
});
