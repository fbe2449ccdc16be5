/**
 * Who may import whom (docs/decisions/0001-house.md). A folder imports only from floors below it; floors 3 and 4 hold
 * neighbours that must not know each other.
 */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: {
    path: '^src/',
    pathNot: [from, ...allowed].map((folder) => `^src/${folder}/`),
  },
});

/** Folders that stay pure: no Node module, no package. */
const pure = (folder) => ({
  name: `${folder}-is-pure`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { dependencyTypes: ['core', 'npm'] },
});

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-circles-of-folders',
      comment: 'A folder of the deployer stands on others, or they on it; never both.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/(deploy|local)/' },
      to: { circular: true },
    },
    only('base', 'base', []),
    only('scheduler', 'scheduler', ['base']),
    only('analysis', 'analysis', ['base']),
    only('record', 'record', ['base']),
    only('load', 'load', ['base']),
    only('local', 'local', ['base', 'scheduler', 'record', 'load']),
    only('deploy', 'deploy', ['base', 'analysis', 'record', 'load']),
    only('report', 'report', ['base', 'record']),
    only('plan', 'plan', ['base', 'record', 'local', 'deploy']),
    only('rehearse', 'rehearse', ['base', 'record', 'load', 'local', 'deploy']),
    pure('scheduler'),
    pure('analysis'),
    {
      name: 'wire-knows-no-operation',
      severity: 'error',
      from: { path: '^src/local/wire/' },
      to: { path: '^src/local/', pathNot: '^src/local/wire/' },
    },
    {
      name: 'state-knows-no-controller',
      severity: 'error',
      from: { path: '^src/local/state/' },
      to: { path: '^src/local/', pathNot: '^src/local/state/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'operations-do-not-act',
      comment: 'Operations change the state; controllers act on it.',
      severity: 'error',
      from: { path: '^src/local/(ecs|elbv2|logs|cloudwatch)/' },
      to: { path: '^src/local/(controllers|runtime|balancer)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
