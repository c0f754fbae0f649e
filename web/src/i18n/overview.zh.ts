// 应用概览的中文文本。
export default {
  addresses: '访问地址',
  pendingAddress: '正在等待云平台分配外部地址。',
  deployments: '最近的部署',
  unknown: '并非由最近的运行部署',
  differ: '版本不一致',
  nothingUp: '没有健康的实例',
}
