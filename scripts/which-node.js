// Plain JavaScript, so that it runs, and can say so, on the wrong Node too.
import process from 'node:process';

const wanted = '24';
if (process.versions.node.split('.')[0] !== wanted) {
  console.error(
    `This repository runs on its own Node ${wanted}, not ${process.version}: run "npm ci" ` +
      '(without --ignore-scripts) and start commands with npm.',
  );
  process.exitCode = 1;
}
