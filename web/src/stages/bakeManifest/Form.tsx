import { Group, Stack } from '@mantine/core'
import { ChoiceField, ListField, PairsField, SwitchField, TextField } from '@/features/editor/fields'
import { objectsOf, textOf } from '@/features/editor/model'
import { useT } from '@/i18n'
import { field, type FormProps } from '../kit'
import { HelmFields } from './HelmFields'
import { HelmfileFields } from './HelmfileFields'
import { Input } from './Input'
import { PreviewButton } from './PreviewButton'
import { rendererOf, renderersOf } from './renderers'
import { useBake } from './texts'

export const shows = [
  'templateRenderer',
  'outputName',
  'namespace',
  'inputArtifacts',
  'inputArtifact',
  'helmChartFilePath',
  'kustomizeFilePath',
  'helmfileFilePath',
  'templateFilePath',
  'environment',
  'overrides',
  'rawOverrides',
  'includeCRDs',
  'kubeVersion',
  'apiVersions',
]

/** What is rendered, and with which values. */
export function Form(p: FormProps) {
  const t = useT()
  const b = useBake()
  const renderers = renderersOf(b)
  const chosen = rendererOf(renderers, textOf(p.stage['templateRenderer']))
  const one = p.stage['inputArtifact']
  const inputs = p.stage['inputArtifacts'] ?? (one === undefined ? undefined : [one])
  return (
    <Stack gap="sm">
      <ChoiceField {...field(p, 'templateRenderer')} help={undefined} clearable={false} choices={renderers} />
      <ListField
        {...field(p, 'inputArtifacts')}
        help={chosen.begins === 'KUSTOMIZE' ? undefined : p.fields.get('inputArtifacts')?.help}
        value={inputs}
        ordered
        add={t('editor.addArtifact')}
        make={() => ({
          artifact: {
            type:
              objectsOf(inputs).length > 0 && chosen.begins !== 'KUSTOMIZE' ? 'github/file' : chosen.input,
          },
        })}
        render={(item, change) => <Input form={p} value={item} change={change} />}
      />
      <TextField {...field(p, chosen.path)} placeholder={chosen.example} />
      {chosen.named && (
        <Group grow align="start">
          <TextField
            {...field(p, 'outputName')}
            help={undefined}
            {...(chosen.helm ? { required: true } : { label: b('name'), required: false })}
          />
          <TextField
            {...field(p, 'namespace')}
            help={undefined}
            placeholder={chosen.helm ? 'default' : ''}
            choices={p.suggest('namespace') ?? []}
          />
        </Group>
      )}
      {chosen.environment && <HelmfileFields {...p} />}
      {chosen.overrides && <PairsField {...field(p, 'overrides')} />}
      {(chosen.helm ?? chosen.environment) && <SwitchField {...field(p, 'rawOverrides')} />}
      {chosen.helm && <HelmFields {...p} />}
      <PreviewButton {...p} />
    </Stack>
  )
}
