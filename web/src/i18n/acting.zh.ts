// 关于服务器尚未支持的内容的警告，中文。
export default {
  triggers: '暂不支持，已保存以备后用。这个触发器不会启动任何运行。',
  notifications: '暂不支持，已保存以备后用。这条通知不会发送。',
  roles: '尚未生效（没有登录）。所有人都有权限。',
  settings: '暂不支持，已保存以备后用。',
  idle: '触发器暂不支持',
  idleSeveral: '{n} 个触发器暂不支持',
  idleHelp: '它们已保存以备后用，不会启动任何运行：{types}',
}
