import type { ChartTemplate } from './chart-template.js';
import { GENERIC_CHART } from './generic.js';
import { INDIAN_STANDARD_CHART } from './indian-standard.js';
import { TALLY_CHART } from './tally.js';

/** Charts that a company may begin with; the first is the default. */
export const CHART_TEMPLATES: readonly ChartTemplate[] = [TALLY_CHART, INDIAN_STANDARD_CHART, GENERIC_CHART];
