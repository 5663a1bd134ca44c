import type { RecordKind } from '../records/company-records.js';
import { type CostCategoryDto, type CostCentreDto, toCostCategoryDto, toCostCentreDto } from './cost-centre.dto.js';
import { CostCategory, CostCentre } from './cost-centre.entity.js';

export const COST_CATEGORY: RecordKind<CostCategory, CostCategoryDto> = {
  entity: CostCategory,
  type: 'cost_category',
  what: 'cost category',
  nameKey: 'cost_categories_name',
  toDto: toCostCategoryDto,
};

export const COST_CENTRE: RecordKind<CostCentre, CostCentreDto> = {
  entity: CostCentre,
  type: 'cost_centre',
  what: 'cost centre',
  nameKey: 'cost_centres_name',
  toDto: toCostCentreDto,
};
