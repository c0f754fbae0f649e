import { Group } from '@mantine/core'
import { SwitchField, TextField } from '@/features/editor/fields'
import { field, type FormProps } from '../kit'

/** What only Helm is told. */
export function HelmFields(p: FormProps) {
  return (
    <>
      <SwitchField {...field(p, 'includeCRDs')} />
      <Group grow align="start">
        <TextField {...field(p, 'kubeVersion')} placeholder="1.34.0" />
        <TextField {...field(p, 'apiVersions')} placeholder="monitoring.coreos.com/v1" />
      </Group>
      {p.stage['postRender'] !== undefined && (
        <TextField {...field(p, 'kustomizeFilePath')} placeholder="overlays/prod/kustomization.yaml" />
      )}
    </>
  )
}
