import { Group, Stack } from '@mantine/core'
import { ChoiceField, ListField, PairsField, SwitchField, TextField } from '@/features/editor/fields'
import { objectsOf, textOf } from '@/features/editor/model'
import { useT } from '@/i18n'
import { field, type FormProps } from '../kit'
import { Input } from './Input'

export const shows = [
  'templateRenderer',
  'outputName',
  'namespace',
  'inputArtifacts',
  'inputArtifact',
  'helmChartFilePath',
  'kustomizeFilePath',
  'overrides',
  'rawOverrides',
  'includeCRDs',
  'kubeVersion',
  'apiVersions',
]

const renderers = [
  { value: 'HELM3', label: 'Helm' },
  { value: 'KUSTOMIZE4', label: 'Kustomize' },
]

/** What is rendered, and with which values. */
export function Form(p: FormProps) {
  const t = useT()
  const kustomize = textOf(p.stage['templateRenderer']).toUpperCase().startsWith('KUSTOMIZE')
  const one = p.stage['inputArtifact']
  const inputs = p.stage['inputArtifacts'] ?? (one === undefined ? undefined : [one])
  return (
    <Stack gap="sm">
      <ChoiceField {...field(p, 'templateRenderer')} help={undefined} clearable={false} choices={renderers} />
      <ListField
        {...field(p, 'inputArtifacts')}
        help={kustomize ? undefined : p.fields.get('inputArtifacts')?.help}
        value={inputs}
        ordered
        add={t('editor.addArtifact')}
        make={() => ({
          artifact: {
            type: kustomize ? 'git/repo' : objectsOf(inputs).length > 0 ? 'github/file' : 'helm/chart',
          },
        })}
        render={(item, change) => <Input form={p} value={item} change={change} />}
      />
      {kustomize ? (
        <TextField {...field(p, 'kustomizeFilePath')} placeholder="overlays/prod/kustomization.yaml" />
      ) : (
        <>
          <TextField {...field(p, 'helmChartFilePath')} placeholder="charts/shop" />
          <Group grow align="start">
            <TextField {...field(p, 'outputName')} help={undefined} required />
            <TextField
              {...field(p, 'namespace')}
              help={undefined}
              placeholder="default"
              choices={p.suggest('namespace') ?? []}
            />
          </Group>
          <PairsField {...field(p, 'overrides')} />
          <SwitchField {...field(p, 'rawOverrides')} />
          <SwitchField {...field(p, 'includeCRDs')} />
          <Group grow align="start">
            <TextField {...field(p, 'kubeVersion')} placeholder="1.34.0" />
            <TextField {...field(p, 'apiVersions')} placeholder="monitoring.coreos.com/v1" />
          </Group>
        </>
      )}
    </Stack>
  )
}
