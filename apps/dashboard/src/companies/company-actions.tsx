import Button from '@mui/material/Button';
import { useState } from 'react';
import { EditButton, TopToolbar, useRecordContext, useRedirect } from 'react-admin';
import { useAction } from '../shared/use-action';
import { ArchiveDialog } from './archive-dialog';
import type { Company } from './company';
import { DeleteDialog } from './delete-dialog';
import { SuspendDialog } from './suspend-dialog';

export const CompanyActions = () => (
  <TopToolbar>
    <ActionsByStatus />
  </TopToolbar>
);

/** Offers what the company's status allows. */
function ActionsByStatus() {
  const company = useRecordContext<Company>();
  const [asking, setAsking] = useState<'suspend' | 'archive' | 'delete'>();
  if (!company) return null;
  const { status } = company;
  const close = () => setAsking(undefined);
  return (
    <>
      {status === 'suspended' && <ReactivateButton company={company} />}
      {status === 'active' && (
        <Button size="small" color="warning" onClick={() => setAsking('suspend')}>
          Suspend
        </Button>
      )}
      {(status === 'active' || status === 'suspended') && (
        <Button size="small" color="warning" onClick={() => setAsking('archive')}>
          Archive
        </Button>
      )}
      {status === 'archived' && <UnarchiveButton company={company} />}
      {status === 'deleting' && <UndeleteButton company={company} />}
      {status !== 'deleting' && status !== 'deleted' && (
        <>
          <EditButton />
          <Button size="small" color="error" onClick={() => setAsking('delete')}>
            Delete
          </Button>
        </>
      )}
      {asking === 'suspend' && <SuspendDialog company={company} onClose={close} />}
      {asking === 'archive' && <ArchiveDialog company={company} onClose={close} />}
      {asking === 'delete' && <DeleteDialog company={company} onClose={close} />}
    </>
  );
}

function ReactivateButton({ company }: { company: Company }) {
  const reactivate = useAction({
    call: (api) => api.reactivateCompany(company.id),
    done: `${company.company_name} is active again`,
  });
  return (
    <Button size="small" disabled={reactivate.isPending} onClick={() => reactivate.mutate()}>
      Reactivate
    </Button>
  );
}

function UnarchiveButton({ company }: { company: Company }) {
  const redirect = useRedirect();
  const unarchive = useAction({
    call: (api) => api.unarchiveCompany(company.id),
    done: `${company.company_name} is being brought back`,
    onDone: (operation) => redirect('show', 'operations', operation.id),
  });
  return (
    <Button size="small" disabled={unarchive.isPending} onClick={() => unarchive.mutate()}>
      Unarchive
    </Button>
  );
}

function UndeleteButton({ company }: { company: Company }) {
  const redirect = useRedirect();
  const undelete = useAction({
    call: (api) => api.undeleteCompany(company.id),
    done: 'The deletion is being taken back',
    onDone: (operation) => redirect('show', 'operations', operation.id),
  });
  return (
    <Button size="small" disabled={undelete.isPending} onClick={() => undelete.mutate()}>
      Undelete
    </Button>
  );
}
