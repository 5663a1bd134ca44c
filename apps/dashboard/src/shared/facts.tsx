import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** Names and values, as a description list. */
export const Facts = ({ facts }: { facts: [name: string, value: ReactNode][] }) => (
  <Box
    component="dl"
    sx={{
      display: 'grid',
      gridTemplateColumns: 'max-content 1fr',
      columnGap: 2,
      rowGap: 0.5,
      m: 0,
      '& dt': { color: 'text.secondary' },
      '& dd': { m: 0, overflowWrap: 'anywhere' },
    }}
  >
    {facts.map(([name, value]) => [
      <dt key={`${name} name`}>{name}</dt>,
      <dd key={`${name} value`}>{value ?? '–'}</dd>,
    ])}
  </Box>
);
