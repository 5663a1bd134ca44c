import type { MouseEvent, ReactNode } from 'react';
import { Link, useCreatePath } from 'react-admin';

interface RecordLinkProps {
  resource: string;
  id: string;
  children: ReactNode;
}

/** A link to a record's page: rows of react-admin's tables are clickable, but not reachable by keyboard. */
export function RecordLink({ resource, id, children }: RecordLinkProps) {
  const to = useCreatePath()({ resource, id, type: 'show' });
  return (
    <Link to={to} onClick={(event: MouseEvent) => event.stopPropagation()}>
      {children}
    </Link>
  );
}
