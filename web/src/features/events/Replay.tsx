import { Button, Stack, Text } from '@mantine/core'
import { IconRepeat } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { Confirm } from '@/components/Confirm'
import { Failure, RowsLoading } from '@/components/States'
import { useAction } from '@/components/useAction'
import classes from './Event.module.css'
import { replayQuery } from './queries'
import { useEventTexts } from './texts'
import { reasonText } from './words'

/** Processes an event again, and says before what that starts. */
export function Replay({ id }: { id: string }) {
  const t = useEventTexts()
  const [asked, setAsked] = useState(false)
  const navigate = useNavigate()
  const close = () => {
    setAsked(false)
  }
  const replay = useAction(
    () => unwrap(client.POST('/triggers/events/{id}/replay', { params: { path: { id } } })),
    {
      done: t('replay.done'),
      then: ({ eventId }) => {
        close()
        void navigate({ to: '/events/$id', params: { id: eventId } })
      },
    },
  )
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconRepeat size={14} />}
        onClick={() => {
          setAsked(true)
        }}
      >
        {t('replay.button')}
      </Button>
      {asked && (
        <Confirm
          opened
          close={close}
          title={t('replay.title')}
          action={t('replay.action')}
          busy={replay.isPending}
          onConfirm={() => {
            replay.mutate()
          }}
        >
          <Stack gap="sm">
            <Text>{t('replay.text')}</Text>
            <Outcome id={id} />
          </Stack>
        </Confirm>
      )}
    </>
  )
}

/** What a replay would start. */
function Outcome({ id }: { id: string }) {
  const t = useEventTexts()
  const { data, error } = useQuery(replayQuery(id))
  if (error) return <Failure error={error} />
  if (!data) return <RowsLoading rows={1} height={28} />
  const decisions = data.decisions ?? []
  const starts = decisions.filter((d) => d.outcome === 'STARTS')
  const listed = starts.length > 0 ? starts : decisions
  if (listed.length === 0) return <Text fw={500}>{t('replay.noTrigger')}</Text>
  return (
    <div>
      <Text fw={500}>
        {starts.length > 0 ? t('replay.starts', { n: starts.length }) : t('replay.nothing')}
      </Text>
      <ul className={classes.plain}>
        {listed.map((d, i) => (
          <li key={i}>
            <span className="muted">{d.application} › </span>
            {d.pipelineName}
            {starts.length === 0 && <span className="muted"> — {reasonText(t, d)}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}
