// 执行页面的中文文本。
export default {
  compare: '对比…',
  cut: '内容太大，未完整显示',
  cutText: '上面只显示了开头，或没有显示。',
  showAll: '显示全部',
  download: '下载',
}
