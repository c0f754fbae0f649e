import type { useBake } from './texts'

/** What the form asks for a renderer. */
export type Renderer = {
  /** Its name in pipelines, and the names of others that are the same to people. */
  value: string
  label: string
  /** What the names of its kind begin with. */
  begins: string
  /** The field with the path of the templates, and an example. */
  path: string
  example: string
  /** The type of artifact that it usually begins with. */
  input: string
  /** Which of the further fields it has. */
  named?: boolean
  overrides?: boolean
  helm?: boolean
  environment?: boolean
}

/** The renderers, as the form offers them. */
export const renderersOf = (b: ReturnType<typeof useBake>): readonly Renderer[] => [
  {
    value: 'HELM3',
    label: 'Helm',
    begins: 'HELM',
    path: 'helmChartFilePath',
    example: 'charts/shop',
    input: 'helm/chart',
    named: true,
    overrides: true,
    helm: true,
  },
  {
    value: 'KUSTOMIZE4',
    label: 'Kustomize',
    begins: 'KUSTOMIZE',
    path: 'kustomizeFilePath',
    example: 'overlays/prod/kustomization.yaml',
    input: 'git/repo',
  },
  {
    value: 'HELMFILE',
    label: 'Helmfile',
    begins: 'HELMFILE',
    path: 'helmfileFilePath',
    example: 'deploy/helmfile.yaml',
    input: 'git/repo',
    overrides: true,
    environment: true,
  },
  { ...other('JSONNET', 'Jsonnet', 'environments/prod/main.jsonnet'), named: true, overrides: true },
  { ...other('CUE', 'CUE', 'environments/prod'), named: true, overrides: true },
  { ...other('TEMPLATE', b('template'), 'templates'), named: true, overrides: true },
  other('DIRECTORY', b('directory'), 'manifests'),
  other('CF', b('cloudFoundry'), 'manifest.yml'),
]

function other(value: string, label: string, example: string): Renderer {
  return { value, label, begins: value, path: 'templateFilePath', example, input: 'git/repo' }
}

/** The renderer that a stage names; Helm if it names none that is known. */
export function rendererOf(all: readonly Renderer[], name: string): Renderer {
  const upper = name.toUpperCase()
  return all.find((r) => upper === r.value) ?? all.find((r) => upper.startsWith(r.begins)) ?? firstOf(all)
}

function firstOf(all: readonly Renderer[]): Renderer {
  const [first] = all
  if (!first) throw new Error('there are no renderers')
  return first
}
