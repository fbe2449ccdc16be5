#!/bin/sh
# Deploys $VERSION and says in words what each exit code means: VERSION=1.2.3 sh deploy.sh
set -u
: "${VERSION:?give the version to deploy}"

npx fairlead deploy --record rollout.jsonl
code=$?
case $code in
  0) echo "$VERSION is live" ;;
  2) echo "no rollout was begun: mend the command or the configuration" ;;
  3) echo "$VERSION did not work; the old version serves again" ;;
  5) echo "it goes on: npx fairlead wait follows it" ;;
  6) echo "another deployment took over" ;;
  *) echo "it ended with $code; npx fairlead status says how the service stands" ;;
esac
exit $code
