import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ToneBadge } from '@/components/Status'
import { Ago } from '@/components/Time'
import { sentence, span } from '@/lib/format'
import classes from './Delivery.module.css'
import { Part } from './Part'
import { sourcesQuery, type Source } from './queries'
import { useDeliveryTexts } from './texts'

/** The registries and subscriptions that events come from, those that fail first. */
export function Sources() {
  const t = useDeliveryTexts()
  const query = useQuery(sourcesQuery)
  return (
    <Part
      id="sources"
      title={t('sources')}
      text={t('sourcesText')}
      query={query}
      empty={
        <>
          <Text fw={550}>{t('noSources')}</Text>
          <Text c="dimmed">{t('noSourcesText')}</Text>
        </>
      }
      head={[t('source'), t('state'), t('lag'), t('lastSuccess'), t('lastAttempt'), t('events')]}
    >
      {query.data?.map((s) => (
        <SourceRow key={`${s.kind}/${s.name}`} source={s} />
      ))}
    </Part>
  )
}

const states = {
  True: { tone: 'good', word: 'ready' },
  False: { tone: 'bad', word: 'failing' },
  Unknown: { tone: 'idle', word: 'unknown' },
} as const

function SourceRow({ source: s }: { source: Source }) {
  const t = useDeliveryTexts()
  const { tone, word } = states[s.ready]
  const kind = s.kind === 'registry' || s.kind === 'subscription' ? t(`kinds.${s.kind}`) : s.kind
  const problem = s.error || (s.ready === 'False' ? s.message : '')
  return (
    <tr>
      <th scope="row">
        {s.name}
        <div className="muted">{kind}</div>
      </th>
      <td data-wide>
        <ToneBadge tone={tone}>{t(word)}</ToneBadge>
        {problem && <div className={classes.problem}>{sentence(problem)}</div>}
      </td>
      <td className="num" data-label={t('lag')}>
        {s.lag > 0 ? span(s.lag) : t('none')}
      </td>
      <td data-label={t('lastSuccess')}>{s.lastSuccess > 0 ? <Ago time={s.lastSuccess} /> : t('never')}</td>
      <td data-label={t('lastAttempt')}>{s.lastAttempt > 0 ? <Ago time={s.lastAttempt} /> : t('never')}</td>
      <td className="num" data-label={t('events')}>
        {s.events}
      </td>
    </tr>
  )
}
