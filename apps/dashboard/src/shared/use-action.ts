import { useMutation } from '@tanstack/react-query';
import { useDataProvider, useNotify, useRefresh } from 'react-admin';
import type { FinveraDataProvider } from '../api/data-provider';

interface UseActionOptions<Input, Result> {
  call(api: FinveraDataProvider, input: Input): Promise<Result>;
  done: string;
  onDone?(result: Result): void;
}

/** A button's call: says what came of it and reads the page again. */
export function useAction<Input = void, Result = unknown>({ call, done, onDone }: UseActionOptions<Input, Result>) {
  const api = useDataProvider<FinveraDataProvider>();
  const notify = useNotify();
  const refresh = useRefresh();
  return useMutation<Result, Error, Input>({
    mutationFn: (input) => call(api, input),
    onSuccess: (result) => {
      notify(done, { type: 'success' });
      refresh();
      onDone?.(result);
    },
    onError: (error) => notify(error.message, { type: 'error' }),
  });
}
