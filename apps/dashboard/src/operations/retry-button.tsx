import Button from '@mui/material/Button';
import { useRecordContext } from 'react-admin';
import { useAction } from '../shared/use-action';
import type { Operation } from './operation';

/** Only a failed operation can be tried again. */
export function RetryButton() {
  const operation = useRecordContext<Operation>();
  const retry = useAction<string>({ call: (api, id) => api.retryOperation(id), done: 'It is tried again' });
  if (operation?.status !== 'failed') return null;
  return (
    <Button size="small" disabled={retry.isPending} onClick={() => retry.mutate(operation.id)}>
      Retry
    </Button>
  );
}
