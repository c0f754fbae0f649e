/** The fields that choose the objects a stage is about. */
export const targetFields = [
  'account',
  'location',
  'manifestName',
  'mode',
  'kind',
  'app',
  'cluster',
  'criteria',
]
