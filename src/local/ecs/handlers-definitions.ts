/** The operations on task definitions, clusters, container instances, tags and account settings, by the API's names. */
import { createCluster } from './operations/create-cluster.ts';
import { deleteAccountSetting } from './operations/delete-account-setting.ts';
import { deleteCluster } from './operations/delete-cluster.ts';
import { deleteTaskDefinitions } from './operations/delete-task-definitions.ts';
import { deregisterTaskDefinition } from './operations/deregister-task-definition.ts';
import { describeClusters } from './operations/describe-clusters.ts';
import { describeContainerInstances } from './operations/describe-container-instances.ts';
import { describeTaskDefinition } from './operations/describe-task-definition.ts';
import { listAccountSettings } from './operations/list-account-settings.ts';
import { listClusters } from './operations/list-clusters.ts';
import { listContainerInstances } from './operations/list-container-instances.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { listTaskDefinitionFamilies } from './operations/list-task-definition-families.ts';
import { listTaskDefinitions } from './operations/list-task-definitions.ts';
import { putAccountSettingDefault } from './operations/put-account-setting-default.ts';
import { putAccountSetting } from './operations/put-account-setting.ts';
import { putClusterCapacityProviders } from './operations/put-cluster-capacity-providers.ts';
import { registerTaskDefinition } from './operations/register-task-definition.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateClusterSettings } from './operations/update-cluster-settings.ts';
import { updateCluster } from './operations/update-cluster.ts';

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
