// The texts of baked machine images, in English.
export default {
  log: 'Packer’s log',
  logOf: 'Packer’s log in {region}',
}
