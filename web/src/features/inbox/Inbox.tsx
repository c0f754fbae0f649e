import { Alert, SegmentedControl, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { inboxQuery } from '@/api/inbox'
import { inboxViews } from '@/app/search'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { stateOf, useMarks } from '@/lib/marks'
import { useNow } from '@/lib/now'
import classes from './Inbox.module.css'
import { InboxRow } from './InboxRow'
import { KeysHelp } from './KeysHelp'
import { wakes, type Nap } from './snooze'
import { useInboxTexts } from './texts'
import { mark, undo } from './undo'
import { useLiveInbox } from './useLiveInbox'
import { useRowKeys } from './useRowKeys'

/** What waits for the person at this browser. */
export function Inbox() {
  const { language } = useI18n()
  const i = useInboxTexts()
  const { view = 'open' } = useSearch({ from: '/inbox' })
  const navigate = useNavigate({ from: '/inbox' })
  usePageTitle(i('title'))
  useLiveInbox()
  const { data, error, refetch } = useQuery(inboxQuery)
  const marks = useMarks()
  const now = useNow()
  const list = useRef<HTMLUListElement>(null)
  const [napping, setNapping] = useState<string>()
  const items = data?.items.filter((item) => stateOf(marks[item.id], now) === view)
  const done = (id: string) => {
    mark(id, { done: true, at: now })
    notifications.show({ message: i('wasDone') })
  }
  const snooze = (id: string, nap: Nap) => {
    const until = wakes(nap, now)
    mark(id, { until, at: now })
    notifications.show({ message: i('wasSnoozed', { time: moment(until, language) }) })
  }
  useRowKeys(list, {
    done: view === 'done' ? () => undefined : done,
    snooze: setNapping,
    undo: () => {
      if (undo()) notifications.show({ message: i('wasOpened') })
    },
  })
  return (
    <div className="page">
      <Toolbar justify="space-between" mb="md" gap="sm">
        <Title order={1}>{i('title')}</Title>
        <SegmentedControl
          size="xs"
          value={view}
          aria-label={i('views')}
          onChange={(v) => {
            void navigate({ search: { view: inboxViews.find((x) => x === v) }, replace: true })
          }}
          data={(['open', ...inboxViews] as const).map((v) => ({ value: v, label: i(v) }))}
        />
      </Toolbar>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !items ? (
        <RowsLoading rows={6} />
      ) : items.length === 0 ? (
        <div className="card">
          <Empty
            icon={<IconInbox size={26} />}
            title={i(view === 'open' ? 'empty' : view === 'done' ? 'emptyDone' : 'emptySnoozed')}
          >
            {view === 'open' && i('emptyText')}
          </Empty>
        </div>
      ) : (
        <ul className={`card ${classes.list}`} ref={list} aria-label={i('title')}>
          {items.map((item) => (
            <InboxRow
              key={item.id}
              item={item}
              marked={view !== 'open'}
              napping={napping === item.id}
              openMenu={(open) => {
                setNapping(open ? item.id : undefined)
              }}
              done={() => {
                done(item.id)
              }}
              reopen={() => {
                mark(item.id, undefined)
              }}
              snooze={(nap) => {
                snooze(item.id, nap)
              }}
            />
          ))}
        </ul>
      )}
      {data?.truncated && <Alert mt="md">{i('truncated')}</Alert>}
      <KeysHelp />
      <Text size="xs" c="dimmed" mt={6}>
        {i('here')}
      </Text>
    </div>
  )
}
