import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { Injectable } from '@nestjs/common';
import type { Nature } from '../chart/account-group.entity.js';

export interface GroupNode {
  id: string;
  name: string;
  parentId: string | null;
  nature: Nature;
  affectsGrossProfit: boolean;
  reservedCode: string | null;
}

/** The chart's groups, in its order, with the way up from each. */
export class GroupTree {
  private readonly byId: Map<string, GroupNode>;
  private readonly position: Map<string, number>;

  constructor(readonly groups: readonly GroupNode[]) {
    this.byId = new Map(groups.map((group) => [group.id, group]));
    this.position = new Map(groups.map((group, index) => [group.id, index]));
  }

  /** Where the group stands in the chart's order. */
  positionOf(id: string): number {
    return this.position.get(id)!;
  }

  get(id: string): GroupNode {
    return this.byId.get(id)!;
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  /** From the primary group down to the group itself. */
  path(id: string): GroupNode[] {
    const path: GroupNode[] = [];
    for (let group = this.byId.get(id); group; group = group.parentId ? this.byId.get(group.parentId) : undefined)
      path.unshift(group);
    return path;
  }

  /** Whether the group, or one above it, is the seeded one. */
  isWithin(id: string, reservedCode: string): boolean {
    return this.path(id).some((group) => group.reservedCode === reservedCode);
  }
}

/** Reads the company's groups. */
@Injectable()
export class ReadGroupTree {
  constructor(@InjectTenantDataSource() private readonly dataSource: TenantDataSource) {}

  async read(): Promise<GroupTree> {
    const rows: (Omit<GroupNode, 'affectsGrossProfit'> & { affects: number })[] = await this.dataSource.query(
      `SELECT id, name, parent_id AS parentId, nature, affects_gross_profit AS affects, reserved_code AS reservedCode
         FROM account_groups ORDER BY sort_order, name, id`,
    );
    return new GroupTree(rows.map(({ affects, ...group }) => ({ ...group, affectsGrossProfit: Boolean(affects) })));
  }
}
