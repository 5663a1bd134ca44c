import { Edit, email, required, SaveButton, SimpleForm, TextInput, Toolbar } from 'react-admin';
import type { Company } from './company';
import { PlanInput } from './plan-input';

/** The API refuses fields that cannot be changed. */
const changeable = ({ company_name, subscription_plan, email, phone }: Company) => ({
  company_name,
  subscription_plan,
  email,
  phone,
});

const OnlySave = () => (
  <Toolbar>
    <SaveButton />
  </Toolbar>
);

export const CompanyEdit = () => (
  <Edit
    mutationMode="pessimistic"
    redirect="show"
    transform={(values: Partial<Company>) => changeable(values as Company)}
  >
    <SimpleForm toolbar={<OnlySave />}>
      <TextInput source="company_name" label="Company name" validate={required()} />
      <TextInput source="email" label="E-mail" type="email" validate={[required(), email()]} />
      <TextInput source="phone" type="tel" validate={required()} />
      <PlanInput />
    </SimpleForm>
  </Edit>
);
