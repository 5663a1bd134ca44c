import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useRedirect } from 'react-admin';
import { ActionDialog } from '../shared/action-dialog';
import { useAction } from '../shared/use-action';
import type { Company } from './company';

const CONFIRMATION = 'DELETE';

export function DeleteDialog({ company, onClose }: { company: Company; onClose(): void }) {
  const [typed, setTyped] = useState('');
  const redirect = useRedirect();
  const remove = useAction({
    call: (api) => api.deleteCompany(company.id, typed),
    done: `${company.company_name} is being deleted`,
    onDone: (operation) => redirect('show', 'operations', operation.id),
  });
  return (
    <ActionDialog
      title={`Delete ${company.company_name}`}
      text={`It is closed at once. Its database goes after the grace period; until then the company can be undeleted. Type ${CONFIRMATION} to confirm.`}
      action="Delete"
      color="error"
      disabled={typed !== CONFIRMATION || remove.isPending}
      onAction={() => remove.mutate()}
      onClose={onClose}
    >
      <TextField
        label={`Type ${CONFIRMATION}`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        margin="normal"
        fullWidth
        required
        autoFocus
      />
    </ActionDialog>
  );
}
