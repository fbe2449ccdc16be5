#!/usr/bin/env node
/** The `fairlead` command: checks the Node version in a way that old versions understand, then loads the application. */
import * as module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`fairlead needs Node.js 22.19 or newer; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  module.enableCompileCache();
  // Dynamic, so that everything from here on is compiled through the cache, and no other version has to read it.
  const { main } = await import('./app.ts');
  await main(process.argv.slice(2));
}
