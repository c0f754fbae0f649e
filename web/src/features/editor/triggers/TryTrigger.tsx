import { Button, SegmentedControl, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import { textOf, type Json } from '../model'
import { eventHeader, eventTypeOf, webhookPath } from './address'
import { PastEvent } from './PastEvent'
import { PastedPayload } from './PastedPayload'
import { useTriggerTexts } from './texts'
import { TryResult } from './TryResult'

type Props = { pipeline: Json; trigger: Json; close: () => void }

/** Compares a trigger, as it is in the editor, with an event that came or could come. */
export function TryTrigger({ pipeline, trigger, close }: Props) {
  const t = useT()
  const w = useTriggerTexts()
  const pastes = webhookPath(trigger) !== undefined
  const [from, setFrom] = useState<'past' | 'pasted'>('past')
  const [eventId, setEventId] = useState<string>()
  const [body, setBody] = useState('')
  const [name, setName] = useState('push')
  const source = textOf(trigger['source'])
  const header = textOf(trigger['type']) === 'git' ? eventHeader(source) : undefined
  const trial = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/triggers/try', {
          body: {
            pipeline: { ...pipeline, triggers: [trigger] },
            ...(from === 'past'
              ? { eventId: eventId ?? '' }
              : {
                  type: textOf(trigger['type']),
                  source,
                  body,
                  ...(header ? { headers: { [header]: name } } : {}),
                }),
          },
        }),
      ),
  })
  return (
    <Dialog close={close} size={760} title={w('try.title')}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {w('try.text')}
        </Text>
        {pastes && (
          <SegmentedControl
            size="xs"
            aria-label={w('try.from')}
            value={from}
            onChange={(v) => {
              setFrom(v === 'pasted' ? 'pasted' : 'past')
              trial.reset()
            }}
            data={[
              { value: 'past', label: w('try.past') },
              { value: 'pasted', label: w('try.pasted') },
            ]}
          />
        )}
        {from === 'past' ? (
          <PastEvent
            type={eventTypeOf(trigger) ?? ''}
            pastes={pastes}
            value={eventId}
            change={(id) => {
              setEventId(id)
              trial.reset()
            }}
          />
        ) : (
          <PastedPayload body={body} setBody={setBody} name={header ? name : undefined} setName={setName} />
        )}
        {trial.error && <Failure error={trial.error} />}
        {trial.data && <TryResult decisions={trial.data} />}
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {t('common.close')}
          </Button>
          <Button
            loading={trial.isPending}
            disabled={from === 'past' ? eventId === undefined : body.trim() === ''}
            onClick={() => {
              trial.mutate()
            }}
          >
            {w('try.run')}
          </Button>
        </DialogFoot>
      </Stack>
    </Dialog>
  )
}
