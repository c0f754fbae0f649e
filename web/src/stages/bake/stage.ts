import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'bake',
  label: { en: 'Bake', zh: '构建镜像' },
}
