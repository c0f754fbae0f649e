import { Group, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import {
  ChoiceField,
  ListField,
  NumberField,
  SwitchField,
  TextField,
  TextsField,
} from '@/features/editor/fields'
import { isObject, type Json } from '@/features/editor/model'
import { inner, type FormProps } from '../kit'

export const shows = ['preconditions']

export function Form(p: FormProps) {
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
