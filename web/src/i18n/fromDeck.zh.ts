const zh = {
  title: '如果您熟悉 Spinnaker 的 Deck',
  intro: '部分概念在这里名称不同。API 沿用 Spinnaker 的名称。',
  deck: 'Deck 中',
  here: '这里',
  execution: 'Execution（执行）',
  run: '运行',
  account: 'Kubernetes 账户',
  cluster: '集群',
  serverGroup: 'Server group（服务器组）',
  workload: '工作负载',
  infrastructure: 'Clusters、Load Balancers、Firewalls',
  runtime: '运行时',
  tasks: 'Tasks（任务）',
  activity: '操作记录',
  config: 'Config',
  settings: '设置',
}

export default zh
