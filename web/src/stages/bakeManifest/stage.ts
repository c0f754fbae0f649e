import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'bakeManifest',
  label: { en: 'Bake manifest', zh: '渲染清单' },
}
