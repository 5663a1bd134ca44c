const ROOMS = ['common', 'master-data', 'tenancy', 'provisioning', 'accounting'];
/** What each room may import; nothing else. `apps → accounting, provisioning → tenancy → master-data → common` */
const ALLOWED = {
  common: [],
  tenancy: ['common'],
  'master-data': ['common'],
  provisioning: ['tenancy', 'master-data', 'common'],
  accounting: ['tenancy', 'common'],
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-deep-imports',
      comment: 'a lib speaks through its own index.ts (tenancy also through testing.ts)',
      severity: 'error',
      from: { path: '^(apps|libs|test)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^libs/$2/', '^libs/[^/]+/src/(index|testing)\\.ts$'] },
    },
    { name: 'libs-know-no-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    { name: 'apps-know-no-other-app', severity: 'error', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'nobody-imports-tests', severity: 'error', from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' }, to: { path: '^test/' } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...ROOMS.map((room) => ({
      name: `arrows-of-${room}`,
      severity: 'error',
      from: { path: `^libs/${room}/` },
      to: { path: `^libs/(${ROOMS.filter((other) => other !== room && !ALLOWED[room].includes(other)).join('|')})/` },
    })),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|apps/dashboard)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
