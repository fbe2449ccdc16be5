#!/bin/sh
# Creates what the service stands on, with the AWS CLI, and prints it as shell exports: eval "$(sh set-up.sh)"
# Run again, it finds what is there and prints the same.
set -eu
PORT=${PORT:-8090} TEST_PORT=${TEST_PORT:-8091}

target_group() {
  aws elbv2 create-target-group --name "$1" --protocol HTTP --port 8080 --vpc-id vpc-1 --target-type ip \
    --health-check-path /health --health-check-interval-seconds 5 --health-check-timeout-seconds 2 \
    --query 'TargetGroups[0].TargetGroupArn' --output text
}
rule() {
  listener=$(aws elbv2 describe-listeners --load-balancer-arn "$LB" \
    --query "Listeners[?Port==\`$1\`].ListenerArn" --output text)
  [ -n "$listener" ] || listener=$(aws elbv2 create-listener --load-balancer-arn "$LB" --protocol HTTP --port "$1" \
    --default-actions "Type=forward,TargetGroupArn=$2" --query 'Listeners[0].ListenerArn' --output text)
  aws elbv2 describe-rules --listener-arn "$listener" --query 'Rules[0].RuleArn' --output text
}

aws ecs create-cluster --cluster-name my-cluster >/dev/null
LB=$(aws elbv2 create-load-balancer --name shop --subnets subnet-1 subnet-2 \
  --query 'LoadBalancers[0].LoadBalancerArn' --output text)
BLUE=$(target_group shop-blue)
GREEN=$(target_group shop-green)
PRODUCTION_RULE=$(rule "$PORT" "$BLUE")
TEST_RULE=$(rule "$TEST_PORT" "$GREEN")

for name in PORT TEST_PORT BLUE GREEN PRODUCTION_RULE TEST_RULE; do
  eval "echo \"export $name='\$$name'\""
done
