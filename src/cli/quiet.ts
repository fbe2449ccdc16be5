/**
 * Drops two warnings that the users of the command can do nothing about: node:sqlite calls itself experimental on Node 22,
 * and the AWS SDK announces which Node versions it will need. Every other warning goes through.
 */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;

process.emitWarning = (...args: unknown[]): void => {
  const [warning, type] = args;
  if (type === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')) return;
  emit(...args);
};
