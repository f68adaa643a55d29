module.exports = {
  forbidden: [
    { name: 'no-service-imports-another', severity: 'error', from: { path: '^apps/(?!standalone/)([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'contracts-import-nothing-of-ours', severity: 'error', from: { path: '^libs/contracts/' }, to: { path: '^(apps|libs)/', pathNot: '^libs/contracts/' } },
    { name: 'domain-is-pure', severity: 'error', from: { path: '^libs/domain/', pathNot: '\\.spec\\.ts$' }, to: { pathNot: '^libs/(domain|contracts)/' } },
    { name: 'libs-not-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['berth-source', 'import', 'node', 'default', 'types'] },
  },
};
