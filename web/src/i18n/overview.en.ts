// The texts of an application's overview, in English.
export default {
  addresses: 'Addresses',
  deployments: 'Recent deployments',
  unknown: 'not deployed by a pipeline listed here',
  differ: 'versions differ',
  nothingUp: 'no healthy instances',
}
