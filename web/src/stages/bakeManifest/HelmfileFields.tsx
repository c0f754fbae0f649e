import { Group } from '@mantine/core'
import { SwitchField, TextField } from '@/features/editor/fields'
import { field, type FormProps } from '../kit'

/** What only Helmfile is told. */
export function HelmfileFields(p: FormProps) {
  return (
    <>
      <Group grow align="start">
        <TextField {...field(p, 'environment')} help={undefined} placeholder="default" />
        <TextField {...field(p, 'namespace')} help={undefined} choices={p.suggest('namespace') ?? []} />
      </Group>
      <SwitchField {...field(p, 'includeCRDs')} />
    </>
  )
}
