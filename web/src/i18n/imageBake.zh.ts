// The texts of baked machine images, in Chinese.
export default {
  log: 'Packer 日志',
  logOf: '{region} 的 Packer 日志',
}
