/** Which members of Elastic Load Balancing requests are enums, and the SDK's table of each one's values. */
import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { enumValues } from '../wire/enums.ts';

/** Legal values by `StructName.memberName`: every enum member that an operation's input can reach. */
export const elbv2Enums: ReadonlyMap<string, readonly string[]> = enumValues({
  Action: { Type: sdk.ActionTypeEnum },
  AuthenticateCognitoActionConfig: {
    OnUnauthenticatedRequest: sdk.AuthenticateCognitoActionConditionalBehaviorEnum,
  },
  AuthenticateOidcActionConfig: {
    OnUnauthenticatedRequest: sdk.AuthenticateOidcActionConditionalBehaviorEnum,
  },
  CreateListenerInput: { Protocol: sdk.ProtocolEnum },
  CreateLoadBalancerInput: {
    Scheme: sdk.LoadBalancerSchemeEnum,
    Type: sdk.LoadBalancerTypeEnum,
    IpAddressType: sdk.IpAddressType,
    EnablePrefixForIpv6SourceNat: sdk.EnablePrefixForIpv6SourceNatEnum,
  },
  CreateTargetGroupInput: {
    Protocol: sdk.ProtocolEnum,
    HealthCheckProtocol: sdk.ProtocolEnum,
    TargetType: sdk.TargetTypeEnum,
    IpAddressType: sdk.TargetGroupIpAddressTypeEnum,
  },
  DescribeSSLPoliciesInput: { LoadBalancerType: sdk.LoadBalancerTypeEnum },
  DescribeTargetHealthInput: { Include: sdk.DescribeTargetHealthInputIncludeEnum },
  JwtValidationActionAdditionalClaim: { Format: sdk.JwtValidationActionAdditionalClaimFormatEnum },
  ModifyIpPoolsInput: { RemoveIpamPools: sdk.RemoveIpamPoolEnum },
  ModifyListenerInput: { Protocol: sdk.ProtocolEnum },
  ModifyTargetGroupInput: { HealthCheckProtocol: sdk.ProtocolEnum },
  MutualAuthenticationAttributes: {
    TrustStoreAssociationStatus: sdk.TrustStoreAssociationStatusEnum,
    AdvertiseTrustStoreCaNames: sdk.AdvertiseTrustStoreCaNamesEnum,
  },
  RedirectActionConfig: { StatusCode: sdk.RedirectActionStatusCodeEnum },
  RevocationContent: { RevocationType: sdk.RevocationType },
  RuleTransform: { Type: sdk.TransformTypeEnum },
  SetIpAddressTypeInput: { IpAddressType: sdk.IpAddressType },
  SetSecurityGroupsInput: {
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
      sdk.EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum,
  },
  SetSubnetsInput: {
    IpAddressType: sdk.IpAddressType,
    EnablePrefixForIpv6SourceNat: sdk.EnablePrefixForIpv6SourceNatEnum,
  },
  SourceIpConditionConfig: { IpAddressType: sdk.SourceIpAddressTypeEnum },
});
