import { useRedirect } from 'react-admin';
import { ActionDialog } from '../shared/action-dialog';
import { useAction } from '../shared/use-action';
import type { Company } from './company';

export function ArchiveDialog({ company, onClose }: { company: Company; onClose(): void }) {
  const redirect = useRedirect();
  const archive = useAction({
    call: (api) => api.archiveCompany(company.id),
    done: `${company.company_name} is being archived`,
    onDone: (operation) => redirect('show', 'operations', operation.id),
  });
  return (
    <ActionDialog
      title={`Archive ${company.company_name}`}
      text="Its users can do nothing until it is unarchived. Its database becomes a sealed file, proved by a trial restore, and is then dropped."
      action="Archive"
      color="warning"
      disabled={archive.isPending}
      onAction={() => archive.mutate()}
      onClose={onClose}
    />
  );
}
