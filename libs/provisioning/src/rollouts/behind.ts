/**
 * Companies that hold a database in use and whose schema is older than a version, as the FROM and WHERE of a query over
 * `tenant_master t` and its plan `p`. The master database knows each company's version: nobody asks the companies'.
 * @param tenantIds these alone
 */
export function behindSql(version: string, tenantIds?: readonly string[]): { from: string; parameters: unknown[] } {
  const only = tenantIds ? ' AND t.id IN (?)' : '';
  return {
    from: `tenant_master t JOIN plans p ON p.code = t.subscription_plan
      WHERE t.db_provisioned = 1 AND t.status IN ('active', 'suspended') AND (t.schema_version < ? OR t.schema_version IS NULL)${only}`,
    parameters: tenantIds ? [version, tenantIds] : [version],
  };
}
