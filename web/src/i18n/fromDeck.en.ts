const en = {
  title: 'If you know Spinnaker’s Deck',
  intro: 'A few things have other names here. The API keeps Spinnaker’s names.',
  deck: 'In Deck',
  here: 'Here',
  execution: 'Execution',
  run: 'Run',
  account: 'Kubernetes account',
  cluster: 'Cluster',
  serverGroup: 'Server group',
  workload: 'Workload',
  infrastructure: 'Clusters, Load Balancers, Firewalls',
  runtime: 'Runtime',
  tasks: 'Tasks',
  activity: 'Activity',
  config: 'Config',
  settings: 'Settings',
} as const

export default en
