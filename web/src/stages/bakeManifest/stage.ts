import { IconFlame } from '@tabler/icons-react'
import type { StageDescriptor } from '../descriptor'

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
}
