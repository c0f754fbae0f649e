import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { parametersOf } from '@/features/executions/parameters'
import { ChoiceField, PairsField, SwitchField, TextField } from '@/features/editor/fields'
import { isObject, objectsOf, setField, textOf } from '@/features/editor/model'
import { field, type FormProps } from '../kit'

export const shows = ['application', 'pipeline', 'pipelineParameters', 'waitForCompletion', 'skippable']

export function Form(p: FormProps) {
  const app = textOf(p.stage['application']) || p.app
  const fixed = !app.includes('${')
  const pipelines = useQuery({ ...pipelinesQuery(app), enabled: fixed })
  const chosen = pipelines.data?.find((x) => x.id === p.stage['pipeline'])
  const values = isObject(p.stage['pipelineParameters']) ? p.stage['pipelineParameters'] : {}
  const parameters = parametersOf(objectsOf(chosen?.parameterConfig))
  const others = Object.fromEntries(
    Object.entries(values).filter(([key]) => !parameters.some((x) => x.name === key)),
  )
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
      {parameters.map((x) => (
        <TextField
          key={x.name}
          label={x.label}
          help={x.description || undefined}
          required={x.required && x.default === ''}
          placeholder={x.default}
          choices={x.options}
          value={values[x.name]}
          onChange={(v) => {
            p.set('pipelineParameters', setField(values, x.name, v))
          }}
        />
      ))}
      {(!chosen || Object.keys(others).length > 0) && (
        <PairsField
          label={p.fields.get('pipelineParameters')?.label ?? ''}
          value={others}
          onChange={(v) => {
            p.set('pipelineParameters', {
              ...Object.fromEntries(Object.entries(values).filter(([key]) => !(key in others))),
              ...v,
            })
          }}
        />
      )}
      <SwitchField {...field(p, 'waitForCompletion')} otherwise />
      <SwitchField {...field(p, 'skippable')} />
    </Stack>
  )
}
