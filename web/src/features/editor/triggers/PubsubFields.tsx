import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { useT } from '@/i18n'
import { inner } from '@/stages/kit'
import { ChoiceField, PairsField, TextField } from '../fields'
import { textOf, type Json } from '../model'
import { systems } from './systems'
import { useTriggerTexts } from './texts'

type Props = { value: Json; change: (next: Json) => void }

/** Which messages start the pipeline: of a subscription that the server reads, or of one by name. */
export function PubsubFields({ value, change }: Props) {
  const t = useT()
  const w = useTriggerTexts()
  const field = (name: string) => inner(value, name, change)
  const { data } = useQuery({
    queryKey: ['pubsub', 'subscriptions'],
    queryFn: () => unwrap(client.GET('/pubsub/subscriptions')),
    staleTime: 60_000,
  })
  const all = data ?? []
  const keyOf = (system: string, name: string) => `${system.toLowerCase()}/${name}`
  const key = keyOf(textOf(value['pubsubSystem']), textOf(value['subscriptionName']))
  return (
    <>
      {all.length > 0 && (
        <Select
          label={w('pubsub.choose')}
          description={w('pubsub.chooseHelp')}
          placeholder={w('pubsub.placeholder')}
          searchable={all.length > 8}
          allowDeselect={false}
          data={all.map((s) => ({
            value: keyOf(s.pubsubSystem, s.subscriptionName),
            label: `${s.subscriptionName} (${systems[s.pubsubSystem] ?? s.pubsubSystem})`,
          }))}
          value={all.some((s) => keyOf(s.pubsubSystem, s.subscriptionName) === key) ? key : null}
          onChange={(chosen) => {
            const found = all.find((s) => keyOf(s.pubsubSystem, s.subscriptionName) === chosen)
            if (found)
              change({
                ...value,
                pubsubSystem: found.pubsubSystem,
                subscriptionName: found.subscriptionName,
              })
          }}
        />
      )}
      <ChoiceField
        label={t('editor.pubsubSystem')}
        required
        clearable={false}
        choices={Object.entries(systems).map(([system, label]) => ({ value: system, label }))}
        {...field('pubsubSystem')}
      />
      <TextField
        label={t('editor.subscription')}
        help={data && all.length === 0 ? w('pubsub.none') : undefined}
        required
        {...field('subscriptionName')}
      />
      <PairsField
        label={w('payloadConstraints')}
        help={w('pubsub.payloadHelp')}
        {...field('payloadConstraints')}
      />
      <PairsField
        label={w('attributeConstraints')}
        help={w('pubsub.attributeHelp')}
        {...field('attributeConstraints')}
      />
    </>
  )
}
