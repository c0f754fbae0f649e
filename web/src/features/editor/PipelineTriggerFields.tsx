import { useQuery } from '@tanstack/react-query'
import { pipelinesQuery } from '@/api/queries'
import { useT } from '@/i18n'
import { ChoiceField, TextField, TextsField } from './fields'
import { inner } from '@/stages/kit'
import { textOf } from './model'
import { type TriggerProps } from './triggerProps'

/** The pipeline whose end starts this one. */
export function PipelineTriggerFields({ value, change, app, suggest }: TriggerProps) {
  const t = useT()
  const of = textOf(value['application']) || app
  const pipelines = useQuery(pipelinesQuery(of))
  return (
    <>
      <TextField
        label={t('editor.application')}
        choices={suggest('application') ?? []}
        {...inner(value, 'application', change)}
      />
      <ChoiceField
        label={t('editor.pipeline')}
        choices={(pipelines.data ?? []).flatMap((x) =>
          x.id ? [{ value: x.id, label: x.name ?? x.id }] : [],
        )}
        {...inner(value, 'pipeline', change)}
      />
      <TextsField
        label={t('editor.whenIt')}
        choices={['successful', 'failed', 'canceled']}
        {...inner(value, 'status', change)}
      />
    </>
  )
}
