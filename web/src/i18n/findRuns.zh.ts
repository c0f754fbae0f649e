// The texts of the page that searches runs, in Chinese.
export default {
  find: '镜像、提交、参数、用户、#编号…',
  application: '应用',
  anyApplication: '所有应用',
  user: '启动者',
  from: '从',
  to: '到',
  clear: '清除筛选',
  found: '列出 {n} 次运行',
  noMatch: '没有匹配的运行',
  noMatchText: '已搜索所有时间的运行。每个词都必须匹配，请减少关键词。',
  empty: '还没有运行',
  emptyText: '启动流水线后，运行会列在这里。',
}
