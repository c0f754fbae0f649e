// The texts of an application's overview, in English.
export default {
  addresses: 'Addresses',
  pendingAddress: 'Waiting for the cloud to assign an external address.',
  deployments: 'Recent deployments',
  unknown: 'not deployed by a recent run',
  differ: 'versions differ',
  nothingUp: 'no healthy instances',
}
