import { required, SelectInput, useRecordContext } from 'react-admin';
import { type Company, choicesOf, USUAL_PLANS } from './company';

/** The usual plans, and the one the company has already. */
export function PlanInput() {
  const current = useRecordContext<Company>()?.subscription_plan;
  const plans = current && !USUAL_PLANS.includes(current) ? [current, ...USUAL_PLANS] : USUAL_PLANS;
  return <SelectInput source="subscription_plan" label="Plan" choices={choicesOf(plans)} validate={required()} />;
}
