/** The operations on task definitions, clusters, container instances, tags and account settings, by the API's names. */
import { createCluster } from './create-cluster.ts';
import { deleteAccountSetting } from './delete-account-setting.ts';
import { deleteCluster } from './delete-cluster.ts';
import { deleteTaskDefinitions } from './delete-task-definitions.ts';
import { deregisterTaskDefinition } from './deregister-task-definition.ts';
import { describeClusters } from './describe-clusters.ts';
import { describeContainerInstances } from './describe-container-instances.ts';
import { describeTaskDefinition } from './describe-task-definition.ts';
import { listAccountSettings } from './list-account-settings.ts';
import { listClusters } from './list-clusters.ts';
import { listContainerInstances } from './list-container-instances.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTaskDefinitionFamilies } from './list-task-definition-families.ts';
import { listTaskDefinitions } from './list-task-definitions.ts';
import { putAccountSettingDefault } from './put-account-setting-default.ts';
import { putAccountSetting } from './put-account-setting.ts';
import { putClusterCapacityProviders } from './put-cluster-capacity-providers.ts';
import { registerTaskDefinition } from './register-task-definition.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateClusterSettings } from './update-cluster-settings.ts';
import { updateCluster } from './update-cluster.ts';

/** Operation name -> function. */
export const definitionHandlers = {
  CreateCluster: createCluster,
  DeleteAccountSetting: deleteAccountSetting,
  DeleteCluster: deleteCluster,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DescribeClusters: describeClusters,
  DescribeContainerInstances: describeContainerInstances,
  DescribeTaskDefinition: describeTaskDefinition,
  ListAccountSettings: listAccountSettings,
  ListClusters: listClusters,
  ListContainerInstances: listContainerInstances,
  ListTagsForResource: listTagsForResource,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  ListTaskDefinitions: listTaskDefinitions,
  PutAccountSetting: putAccountSetting,
  PutAccountSettingDefault: putAccountSettingDefault,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  RegisterTaskDefinition: registerTaskDefinition,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
} as const;
