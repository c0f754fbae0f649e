import { IconFlame } from '@tabler/icons-react'
import { isObject } from '@/lib/json'
import type { StageDescriptor } from '../descriptor'

const baked = (context: Record<string, unknown>) => (isObject(context['bake']) ? context['bake'] : {})

export const stage: StageDescriptor = {
  type: 'bakeManifest',
  label: { en: 'Bake manifest', zh: '渲染清单' },
  kind: 'deploy',
  order: 14,
  icon: IconFlame,
  start: (app) => {
    const name = `${app}-manifest`
    return {
      templateRenderer: 'HELM3',
      outputName: app,
      inputArtifacts: [{ artifact: { type: 'helm/chart' } }],
      expectedArtifacts: [
        {
          id: `${name}-${(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0).toString(36)}`,
          displayName: name,
          matchArtifact: { type: 'embedded/base64', artifactAccount: 'embedded-artifact', name },
          usePriorArtifact: false,
          useDefaultArtifact: false,
        },
      ],
    }
  },
  facts: [
    { label: { en: 'Rendered by', zh: '渲染器' }, value: (c) => baked(c)['version'] },
    { label: { en: 'Objects', zh: '对象数' }, value: (c) => baked(c)['objects'] },
    { label: { en: 'From the cache', zh: '来自缓存' }, value: (c) => baked(c)['cached'] },
  ],
}
