/** The setting of an application that turns a kind of infrastructure off. */
export const sources = {
  clusters: 'serverGroups',
  instances: 'serverGroups',
  loadBalancers: 'loadBalancers',
  firewalls: 'securityGroups',
  resources: 'k8s',
} as const
