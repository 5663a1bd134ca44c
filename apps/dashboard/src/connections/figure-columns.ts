const milliseconds = (ms: number | null) =>
  ms === null ? '–' : ms.toLocaleString(undefined, { maximumFractionDigits: 1 });

export const counts = [
  { title: 'Leased', number: true, cell: ({ leased }: { leased: number }) => leased },
  { title: 'Open', number: true, cell: ({ open }: { open: number }) => open },
  { title: 'Idle', number: true, cell: ({ idle }: { idle: number }) => idle },
  { title: 'Waiting', number: true, cell: ({ waiting }: { waiting: number }) => waiting },
];

export const waits = [
  {
    title: 'Wait p50 (ms)',
    number: true,
    cell: ({ wait_p50_ms }: { wait_p50_ms: number | null }) => milliseconds(wait_p50_ms),
  },
  {
    title: 'Wait p99 (ms)',
    number: true,
    cell: ({ wait_p99_ms }: { wait_p99_ms: number | null }) => milliseconds(wait_p99_ms),
  },
];
