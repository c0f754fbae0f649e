import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'patchManifest',
  label: { en: 'Patch', zh: '补丁' },
  kind: 'deploy',
  order: 3,
  start: () => ({
    mode: 'static',
    source: 'text',
    options: { mergeStrategy: 'strategic', record: true },
  }),
}
