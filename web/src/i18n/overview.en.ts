// The texts of an application's overview, in English.
export default {
  addresses: 'Addresses',
  deployments: 'Last deployments',
  unknown: 'not by a pipeline listed here',
  differ: 'versions differ',
  nothingUp: 'nothing is up',
}
