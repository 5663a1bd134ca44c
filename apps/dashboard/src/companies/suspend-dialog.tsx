import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { ActionDialog } from '../shared/action-dialog';
import { useAction } from '../shared/use-action';
import type { Company } from './company';

const REASON_MAX = 500;

export function SuspendDialog({ company, onClose }: { company: Company; onClose(): void }) {
  const [reason, setReason] = useState('');
  const suspend = useAction({
    call: (api) => api.suspendCompany(company.id, reason.trim()),
    done: `${company.company_name} is suspended`,
    onDone: onClose,
  });
  return (
    <ActionDialog
      title={`Suspend ${company.company_name}`}
      text="Its users can do nothing until it is reactivated; its data stays as it is."
      action="Suspend"
      color="warning"
      disabled={reason.trim() === '' || suspend.isPending}
      onAction={() => suspend.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Reason"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        slotProps={{ htmlInput: { maxLength: REASON_MAX } }}
        margin="normal"
        fullWidth
        required
        autoFocus
      />
    </ActionDialog>
  );
}
