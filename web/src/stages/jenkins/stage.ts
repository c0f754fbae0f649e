import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'jenkins',
  label: { en: 'Jenkins', zh: 'Jenkins' },
  kind: 'connect',
  order: 2,
}
