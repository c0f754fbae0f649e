import { Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { parametersOf } from '@/features/executions/parameters'
import { useT } from '@/i18n'
import {
  ChoiceField,
  ListField,
  NumberField,
  PairsField,
  SwitchField,
  TextField,
  TextsField,
} from '../fields'
import { isObject, objectsOf, setField, textOf, type Json } from '../model'
import { field, inner, type FormProps } from './kit'

// The stages that wait, ask, check, and start others.

export const waitFields = ['waitTime', 'skipWaitText']

export function WaitForm(p: FormProps) {
  const t = useT()
  return (
    <Stack gap="sm">
      <NumberField {...field(p, 'waitTime')} help={undefined} unit={t('editor.seconds')} />
      <TextField {...field(p, 'skipWaitText')} />
    </Stack>
  )
}

export const judgmentFields = [
  'instructions',
  'judgmentInputs',
  'selectedStageRoles',
  'propagateAuthenticationContext',
  'preventSelfApproval',
]

export function JudgmentForm(p: FormProps) {
  const t = useT()
  const inputs = Array.isArray(p.stage['judgmentInputs']) ? (p.stage['judgmentInputs'] as unknown[]) : []
  return (
    <Stack gap="sm">
      <TextField {...field(p, 'instructions')} lines={3} />
      <TextsField
        label={p.fields.get('judgmentInputs')?.label ?? ''}
        help={p.fields.get('judgmentInputs')?.help}
        value={inputs.map((i) => textOf(isObject(i) ? i['value'] : i))}
        onChange={(v) => {
          p.set(
            'judgmentInputs',
            (v ?? []).map((value) => inputs.find((i) => isObject(i) && i['value'] === value) ?? { value }),
          )
        }}
      />
      <TextsField {...field(p, 'selectedStageRoles')} />
      <SwitchField {...field(p, 'propagateAuthenticationContext')} />
      <SwitchField {...field(p, 'preventSelfApproval')} label={t('editor.noSelfApproval')} />
    </Stack>
  )
}

export const preconditionFields = ['preconditions']

export function PreconditionsForm(p: FormProps) {
  const t = useT()
  const statuses = [
    'SUCCEEDED',
    'FAILED_CONTINUE',
    'TERMINAL',
    'CANCELED',
    'SKIPPED',
    'STOPPED',
    'RUNNING',
    'NOT_STARTED',
    'PAUSED',
    'SUSPENDED',
    'BUFFERED',
    'REDIRECT',
  ]
  return (
    <ListField
      label={t('editor.conditions')}
      help={t('editor.conditionsHelp')}
      value={p.stage['preconditions']}
      onChange={(v) => {
        p.set('preconditions', v ?? [])
      }}
      make={() => ({ type: 'expression', failPipeline: true, context: { expression: '' } })}
      add={t('editor.addCondition')}
      render={(item, change) => {
        const context = isObject(item['context']) ? item['context'] : {}
        const set = (next: Json) => {
          change({ ...item, context: next })
        }
        return (
          <Stack gap="xs">
            <ChoiceField
              label={t('editor.condition')}
              clearable={false}
              {...inner(item, 'type', change)}
              choices={[
                { value: 'expression', label: t('editor.byExpression') },
                { value: 'stageStatus', label: t('editor.byStage') },
                { value: 'clusterSize', label: t('editor.byClusterSize') },
              ]}
            />
            {item['type'] === 'expression' && (
              <TextField
                label={t('editor.expression')}
                placeholder="${ parameters.ready == 'yes' }"
                lines={2}
                {...inner(context, 'expression', set)}
              />
            )}
            {item['type'] === 'stageStatus' && (
              <Group grow>
                <TextField
                  label={t('editor.stage')}
                  choices={p.suggest('stageName') ?? []}
                  {...inner(context, 'stageName', set)}
                />
                <ChoiceField
                  label={t('executions.status')}
                  choices={statuses}
                  {...inner(context, 'stageStatus', set)}
                />
              </Group>
            )}
            {item['type'] === 'clusterSize' && (
              <>
                <Group grow>
                  <TextField
                    label={t('fact.account')}
                    choices={p.suggest('account') ?? []}
                    {...inner(context, 'credentials', set)}
                  />
                  <TextField label={t('editor.cluster')} {...inner(context, 'cluster', set)} />
                </Group>
                <TextsField label={t('editor.namespaces')} {...inner(context, 'regions', set)} />
                <Group grow>
                  <ChoiceField
                    label={t('editor.comparison')}
                    choices={['<', '<=', '==', '>=', '>']}
                    {...inner(context, 'comparison', set)}
                  />
                  <NumberField label={t('editor.expected')} {...inner(context, 'expected', set)} />
                </Group>
              </>
            )}
            <TextField label={t('editor.failureMessage')} {...inner(context, 'failureMessage', set)} />
            <SwitchField
              label={t('editor.failPipeline')}
              otherwise
              {...inner(item, 'failPipeline', change)}
            />
          </Stack>
        )
      }}
    />
  )
}

export const variableFields = ['variables']

export function VariablesForm(p: FormProps) {
  const t = useT()
  return (
    <ListField
      label={t('editor.variables')}
      help={t('editor.variablesHelp')}
      value={p.stage['variables']}
      onChange={(v) => {
        p.set('variables', v ?? [])
      }}
      make={() => ({ key: '', value: '' })}
      add={t('editor.addVariable')}
      render={(item, change) => (
        <Stack gap="xs" pr={20}>
          <TextField label={t('editor.name')} {...inner(item, 'key', change)} />
          <TextField
            label={t('editor.value')}
            placeholder="${ trigger.buildInfo.number }"
            lines={1}
            {...inner(item, 'value', change)}
          />
        </Stack>
      )}
    />
  )
}

export const pipelineFields = [
  'application',
  'pipeline',
  'pipelineParameters',
  'waitForCompletion',
  'skippable',
]

export function PipelineForm(p: FormProps) {
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

export const findFields = ['application', 'pipeline', 'executionOptions']

/** Which execution of which pipeline artifacts are taken from. */
export function FindForm(p: FormProps) {
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
