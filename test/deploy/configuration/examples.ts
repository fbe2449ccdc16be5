/** Configurations that several tests read. */

/** Every kind of entry once. */
export const WHOLE = `# yaml-language-server: $schema=./node_modules/fairlead/schema/fairlead.schema.json
region: us-east-1
cluster: production
service: my-app
task_definition: task-definition.json
service_definition: service-definition.json
images: { my-app: "my-repo/my-app:\${VERSION}" }
strategy:
  type: canary
  steps: [20%]
  step_bake: 5m
  final_bake: 10m
  on_client_loss: rollback
analysis:
  - { metric: target_5xx_ratio, max: 1%, min_samples: 200, on_no_data: wait }
  - { metric: target_response_time, limit: 250ms, max_share_over: 5%, compare: baseline }
  - cloudwatch:
      - Id: m1
        MetricStat:
          Metric: { Namespace: Shop, MetricName: Orders }
          Period: 60
          Stat: Sum
    max: 10
  - { prometheus: { url: "http://prometheus:9090", query: 'rate(x{a="b"}[5m])' }, min: 0.99 }
  - { http: { url: "https://test.example.com/health", expect: 204, json: { version: 2.0.0 } } }
hooks:
  before: [{ run_task: migrate, command: [npm, run, migrate], timeout: 1h }]
  after: [{ command: ./smoke.sh }]
policy: { tags: any }
on_cancel: rollback
timeout: 30m
`;

/** What its variables are. */
export const VARIABLES = { VERSION: '1.10' };
