/** Rules as the data plane takes them, made of rules as the API has them. */
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type {
  RuleAction,
  RuleCondition as WantedCondition,
  RuleConfig,
} from '../../balancer/data-plane.ts';
import type { Listener, Rule } from '../../state/elbv2-entities.ts';

/** The rules of a listener by priority, the default one last. */
export function ruleConfigs(listener: Listener, rules: readonly Rule[]): readonly RuleConfig[] {
  const sorted = rules
    .toSorted((one, other) => one.priority - other.priority)
    .map((rule) => ({
      arn: rule.ruleArn,
      priority: rule.priority,
      conditions: rule.conditions.map(conditionConfig),
      action: actionConfig(rule.actions),
    }));
  const last: RuleConfig = {
    arn: listener.defaultRuleArn,
    priority: Infinity,
    conditions: [],
    action: actionConfig(listener.defaultActions),
  };
  return [...sorted, last];
}

/** Stored actions are complete (see checkActions); what is missing here is a bug. */
function actionConfig(actions: readonly Action[]): RuleAction {
  const [action] = actions;
  if (action?.ForwardConfig !== undefined) {
    const { TargetGroups: groups = [], TargetGroupStickinessConfig: sticky } = action.ForwardConfig;
    return {
      kind: 'forward',
      targetGroups: groups.map(({ TargetGroupArn: arn = '', Weight: weight = 1 }) => ({
        arn,
        weight,
      })),
      stickiness: {
        enabled: sticky?.Enabled ?? false,
        durationSeconds: sticky?.DurationSeconds ?? 0,
      },
    };
  }
  if (action?.RedirectConfig !== undefined) {
    const redirect = action.RedirectConfig;
    return {
      kind: 'redirect',
      statusCode: redirect.StatusCode === 'HTTP_301' ? 301 : 302,
      protocol: redirect.Protocol ?? '#{protocol}',
      host: redirect.Host ?? '#{host}',
      port: redirect.Port ?? '#{port}',
      path: redirect.Path ?? '/#{path}',
      query: redirect.Query ?? '#{query}',
    };
  }
  if (action?.FixedResponseConfig !== undefined) {
    const response = action.FixedResponseConfig;
    return {
      kind: 'fixed-response',
      statusCode: Number(response.StatusCode),
      contentType: response.ContentType ?? 'text/plain',
      body: response.MessageBody ?? '',
    };
  }
  throw new Error(`no data plane can do the actions ${JSON.stringify(actions)}`);
}

function conditionConfig(condition: RuleCondition): WantedCondition {
  switch (condition.Field) {
    case 'path-pattern':
      return { field: 'path-pattern', values: condition.PathPatternConfig?.Values ?? [] };
    case 'host-header':
      return { field: 'host-header', values: condition.HostHeaderConfig?.Values ?? [] };
    case 'http-request-method':
      return {
        field: 'http-request-method',
        values: condition.HttpRequestMethodConfig?.Values ?? [],
      };
    case 'source-ip':
      return { field: 'source-ip', values: condition.SourceIpConfig?.Values ?? [] };
    case 'http-header': {
      const { HttpHeaderName: name = '', Values: values = [] } = condition.HttpHeaderConfig ?? {};
      return { field: 'http-header', name, values };
    }
    case 'query-string': {
      const pairs = condition.QueryStringConfig?.Values ?? [];
      return {
        field: 'query-string',
        values: pairs.map(({ Key: key, Value: value = '' }) =>
          key === undefined ? { value } : { key, value },
        ),
      };
    }
    case undefined:
    default:
      throw new Error(`no data plane can check the condition ${JSON.stringify(condition)}`);
  }
}
