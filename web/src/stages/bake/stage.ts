import { IconDisc } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

export const stage: StageDescriptor = {
  type: 'bake',
  label: { en: 'Bake image', zh: '构建镜像' },
  kind: 'deploy',
  order: 15,
  icon: IconDisc,
  facts: [
    { label: { en: 'Image', zh: '镜像' }, value: (context) => context['imageName'] },
    { label: { en: 'Image ID', zh: '镜像 ID' }, value: (context) => context['imageId'] },
  ],
}
