import { inner } from '@/stages/kit'
import { useT } from '@/i18n'
import { PairsField, TextField } from '../fields'
import type { Json } from '../model'
import { useTriggerTexts } from './texts'
import { WebhookAddress } from './WebhookAddress'

/** Which requests, or which CDEvents, start the pipeline. */
export function WebhookFields({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  const cdevents = value['type'] === 'cdevents'
  return (
    <>
      <TextField label={t('editor.webhookSource')} {...field('source')} />
      <WebhookAddress trigger={value} />
      {cdevents && (
        <PairsField
          label={w('attributeConstraints')}
          help={w('attributeHelp')}
          {...field('attributeConstraints')}
        />
      )}
      <PairsField label={w('payloadConstraints')} help={w('payloadHelp')} {...field('payloadConstraints')} />
      {!cdevents && <TextField label={t('editor.secret')} help={w('secretHelp')} {...field('secret')} />}
    </>
  )
}
