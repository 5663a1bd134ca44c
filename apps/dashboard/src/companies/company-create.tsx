import { useState } from 'react';
import { Create, email, PasswordInput, required, SimpleForm, TextInput, useNotify, useRedirect } from 'react-admin';
import type { CreatedCompany } from './company';
import { PlanInput } from './plan-input';
import { TemporaryPassword } from './temporary-password';

/** An empty input is not sent: the API then makes a password. */
const withoutEmpty = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ''));

export function CompanyCreate() {
  const [created, setCreated] = useState<CreatedCompany>();
  const notify = useNotify();
  const redirect = useRedirect();

  const onSuccess = (company: CreatedCompany) => {
    notify(`${company.company_name} is ready`, { type: 'success' });
    if (company.admin_user?.temporary_password) setCreated(company);
    else redirect('show', 'companies', company.id);
  };

  return (
    <>
      <Create title="Create company" redirect={false} transform={withoutEmpty} mutationOptions={{ onSuccess }}>
        <SimpleForm defaultValues={{ subscription_plan: 'standard' }}>
          <TextInput source="company_name" label="Company name" validate={required()} />
          <TextInput
            source="subdomain"
            validate={required()}
            helperText="Lower-case letters, digits and hyphens; where the company signs in"
          />
          <TextInput
            source="email"
            label="E-mail"
            type="email"
            validate={[required(), email()]}
            helperText="Of the company and of its first administrator"
          />
          <TextInput source="phone" type="tel" validate={required()} />
          <PlanInput />
          <PasswordInput
            source="admin_password"
            label="Password of the administrator"
            autoComplete="new-password"
            helperText="Leave it empty to get a temporary password, which is shown once"
          />
        </SimpleForm>
      </Create>
      {created && (
        <TemporaryPassword company={created} onClose={() => redirect('show', 'companies', created.id, created)} />
      )}
    </>
  );
}
