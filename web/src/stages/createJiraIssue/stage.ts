import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'createJiraIssue',
  kind: 'connect',
  order: 4,
}
