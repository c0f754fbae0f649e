import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'jira',
  kind: 'connect',
  order: 5,
}
