import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { ChoiceField, SwitchField, TextField } from '@/features/editor/fields'
import { isObject, textOf, type Json } from '@/features/editor/model'
import { field, inner, type FormProps } from '../kit'

export const shows = ['application', 'pipeline', 'executionOptions']

/** Which execution of which pipeline artifacts are taken from. */
export function Form(p: FormProps) {
  const app = textOf(p.stage['application']) || p.app
  const fixed = !app.includes('${')
  const pipelines = useQuery({ ...pipelinesQuery(app), enabled: fixed })
  const options = isObject(p.stage['executionOptions']) ? p.stage['executionOptions'] : {}
  const set = (next: Json) => {
    p.set('executionOptions', next)
  }
  const label = (name: string) =>
    p.fields.get('executionOptions')?.fields.find((f) => f.name === name)?.label ?? name
  return (
    <Stack gap="sm">
      <TextField {...field(p, 'application')} help={undefined} choices={p.suggest('application') ?? []} />
      {fixed && pipelines.data ? (
        <ChoiceField
          {...field(p, 'pipeline')}
          help={undefined}
          choices={pipelines.data.flatMap((x) => (x.id ? [{ value: x.id, label: x.name ?? x.id }] : []))}
        />
      ) : (
        <TextField {...field(p, 'pipeline')} />
      )}
      <SwitchField label={label('successful')} otherwise {...inner(options, 'successful', set)} />
      <SwitchField label={label('terminal')} {...inner(options, 'terminal', set)} />
      <SwitchField label={label('running')} {...inner(options, 'running', set)} />
    </Stack>
  )
}
