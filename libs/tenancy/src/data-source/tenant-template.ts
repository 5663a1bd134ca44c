import { DataSource, type EntityMetadata, type EntityTarget, type ObjectLiteral } from 'typeorm';

/**
 * Entity metadata, built once per process without any connection and adopted by the DataSource of every tenant.
 * Sharing is safe as long as metadata never reaches back to its DataSource at run time: no lazy relations, no
 * `BaseEntity`, no `database`/`schema` on entities (the only such places in TypeORM 1.1); asserted here.
 */
export class TenantTemplate extends DataSource {
  private constructor(entities: readonly EntityTarget<ObjectLiteral>[]) {
    super({ type: 'mysql', database: 'template', entities: [...entities] as never });
  }

  static async build(entities: readonly EntityTarget<ObjectLiteral>[]): Promise<TenantTemplate> {
    const template = new TenantTemplate(entities);
    await template.buildMetadatas();
    for (const metadata of template.entityMetadatas) assertShareable(metadata);
    return template;
  }
}

function assertShareable(metadata: EntityMetadata): void {
  const refuse = (what: string): never => {
    throw new Error(`entity ${metadata.name} ${what}; entities of tenant databases share their metadata and must not`);
  };
  if (metadata.database || metadata.schema) refuse('names a database or schema');
  if (metadata.relations.some((relation) => relation.isLazy)) refuse('has a lazy relation');
  if (typeof metadata.target === 'function' && 'useDataSource' in metadata.target) refuse('extends BaseEntity');
}
