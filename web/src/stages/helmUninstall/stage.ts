import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'helmUninstall',
  kind: 'helm',
  order: 2,
}
