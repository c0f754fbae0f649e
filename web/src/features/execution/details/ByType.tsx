import { Progress, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { executionQuery, type Stage } from '@/api/queries'
import { JsonView } from '@/components/JsonView'
import { Failure, RowsLoading } from '@/components/States'
import { StageBar } from '@/components/StageBar'
import { StatusBadge } from '@/components/Status'
import { Ago, Elapsed } from '@/components/Time'
import { useI18n } from '@/i18n'
import { moment, span } from '@/lib/format'
import { isObject, objectOf, objectsOf, textOf } from '@/lib/json'
import { useNow } from '@/lib/now'
import { executionTone, isActive } from '@/lib/status'
import { plain } from '../judgment'
import { contextOf } from '../stage'
import { useRuns } from '../texts'
import { waitsUntil, withoutSecrets, withoutSecretsIn } from './read'
import { Pairs, Section } from './Section'
import classes from './details.module.css'

/** What a stage's own type has to tell beside what all stages tell. */
export function ByType({ stage, below }: { stage: Stage; below: readonly Stage[] }) {
  const c = contextOf(stage)
  const until = [stage, ...below].map(waitsUntil).find((at) => at !== undefined)
  const children = [
    textOf(c['executionId']),
    ...(Array.isArray(c['executionIds']) ? c['executionIds'].map(textOf) : []),
  ].filter(Boolean)
  return (
    <>
      {until !== undefined && <Countdown until={until} from={stage.startTime} />}
      {children.map((id) => (
        <Child key={id} id={id} />
      ))}
      {stage.type === 'evaluateVariables' && <Variables stage={stage} />}
      {stage.type === 'checkPreconditions' && <Preconditions stage={stage} below={below} />}
      {(stage.type === 'webhook' || isObject(c['webhook'])) && <Webhook stage={stage} />}
      {stage.type === 'manualJudgment' && stage.status !== 'RUNNING' && <Judged stage={stage} />}
      {stage.type.startsWith('helm') && <Helm stage={stage} />}
      {isObject(c['jobStatus']) && <JobState stage={stage} />}
    </>
  )
}

function Countdown({ until, from }: { until: number; from: number | undefined }) {
  const r = useRuns()
  const { language } = useI18n()
  const now = useNow()
  const left = Math.max(0, until - now)
  const whole = until - (from ?? now)
  return (
    <div role="timer" aria-label={r('left', { time: span(left) })}>
      <Text size="sm" mb={6}>
        {r('left', { time: span(left) })}{' '}
        <span className="muted">· {r('until', { time: moment(until, language) })}</span>
      </Text>
      {whole > 0 && (
        <Progress
          value={Math.min(100, (100 * (whole - left)) / whole)}
          size="sm"
          aria-label={r('left', { time: span(left) })}
          maw={420}
        />
      )}
    </div>
  )
}

const lookEvery = 3000

/** The execution that a stage has started, as it is now. */
function Child({ id }: { id: string }) {
  const r = useRuns()
  const child = useQuery({
    ...executionQuery(id),
    staleTime: 0,
    refetchInterval: (q) => (isActive(q.state.data?.status ?? 'RUNNING') ? lookEvery : false),
  })
  if (child.error) return <Failure error={child.error} />
  if (!child.data) return <RowsLoading rows={1} />
  const e = child.data
  return (
    <Section title={r('child')}>
      <div className={classes.child}>
        <StatusBadge status={e.status} tone={executionTone(e)} />
        <Link to="/applications/$app/executions/$id" params={{ app: e.application, id }} className="row-link">
          <b>{e.name}</b> <span className="muted">{e.application}</span>
        </Link>
        <span style={{ flex: '1 1 120px', maxWidth: 260 }}>
          <StageBar stages={e.stages} />
        </span>
        <span className="muted">
          <Elapsed of={e} />
        </span>
      </div>
    </Section>
  )
}

function Variables({ stage }: { stage: Stage }) {
  const r = useRuns()
  const rows = objectsOf(contextOf(stage)['variables']).map(
    (v) =>
      [
        textOf(v['key']),
        <span key="v" className="mono">
          {textOf(v['value'])}
        </span>,
      ] as const,
  )
  return rows.length === 0 ? null : (
    <Section title={r('variables')} count={rows.length} fold={rows.length > 20 ? 'closed' : 'open'}>
      <Pairs rows={rows} />
    </Section>
  )
}

function Preconditions({ stage, below }: { stage: Stage; below: readonly Stage[] }) {
  const r = useRuns()
  const list = objectsOf(contextOf(stage)['preconditions'])
  if (list.length === 0) return null
  return (
    <Section title={r('preconditions')} count={list.length}>
      <ul className={classes.list}>
        {list.map((p, i) => {
          const of = objectOf(p['context'])
          const ran = below[i]
          return (
            <li key={i}>
              <StatusBadge status={ran?.status} />
              <span className="mono">
                {textOf(of['expression']) ||
                  `${textOf(p['type'])}: ${Object.entries(of)
                    .map(([k, v]) => `${k} ${textOf(v)}`)
                    .join(', ')}`}
              </span>
              {p['failPipeline'] === false && <span className="muted">{r('notFailing')}</span>}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function Webhook({ stage }: { stage: Stage }) {
  const r = useRuns()
  const c = contextOf(stage)
  const answer = objectOf(c['webhook'])
  const monitor = objectOf(answer['monitor'])
  const last = Object.keys(monitor).length > 0 ? monitor : answer
  const headers = objectOf(withoutSecrets(c['customHeaders']))
  const rows: (readonly [string, React.ReactNode])[] = [
    [
      r('request'),
      <span key="v" className="mono">
        {textOf(c['method']) || 'GET'} {withoutSecretsIn(textOf(c['url']))}
      </span>,
    ],
    ...Object.entries(headers).map(([name, value]) => [name, textOf(value)] as const),
    ...(last['statusCode']
      ? [[r('answered'), `${textOf(last['statusCodeValue'])} ${textOf(last['statusCode'])}`.trim()] as const]
      : []),
    ...(answer['statusEndpoint']
      ? [[r('asksAt'), withoutSecretsIn(textOf(answer['statusEndpoint']))] as const]
      : []),
    ...(answer['idempotencyKey']
      ? [
          [
            r('repeated'),
            Number(answer['repeated']) > 0
              ? r('repeatedTimes', { n: Number(answer['repeated']) })
              : r('mayHaveArrived'),
          ] as const,
          [
            'Idempotency-Key',
            <span key="k" className="mono">
              {textOf(answer['idempotencyKey'])}
            </span>,
          ] as const,
        ]
      : []),
    ...(monitor['progressMessage'] ? [[r('progress'), textOf(monitor['progressMessage'])] as const] : []),
    ...((answer['error'] ?? monitor['error'])
      ? [[r('error'), withoutSecretsIn(textOf(monitor['error'] ?? answer['error']))] as const]
      : []),
  ]
  return (
    <>
      <Section title={r('webhook')}>
        <Pairs rows={rows} />
      </Section>
      {c['payload'] !== undefined && c['payload'] !== null && (
        <Section title={r('payload')} fold="closed">
          <JsonView value={withoutSecrets(c['payload'])} name="payload.json" />
        </Section>
      )}
      {last['body'] !== undefined && (
        <Section title={r('body')} fold="open">
          <JsonView value={withoutSecrets(last['body'])} name="response.json" />
        </Section>
      )}
      {isObject(last['headers']) && (
        <Section title={r('headers')} fold="closed">
          <JsonView value={withoutSecrets(last['headers'])} name="headers.json" />
        </Section>
      )}
    </>
  )
}

function Judged({ stage }: { stage: Stage }) {
  const r = useRuns()
  const c = contextOf(stage)
  const at = stage.lastModified?.lastModifiedTime
  const rows: (readonly [string, React.ReactNode])[] = [
    [r('answer'), textOf(c['judgmentStatus']) || '—'],
    ...(textOf(c['judgmentInput']) ? [[r('choice'), textOf(c['judgmentInput'])] as const] : []),
    ...(stage.lastModified?.user ? [[r('by'), stage.lastModified.user] as const] : []),
    ...(at ? [[r('when'), <Ago key="v" time={at} />] as const] : []),
    ...(textOf(c['instructions']) ? [[r('asked'), plain(textOf(c['instructions']))] as const] : []),
    ...(c['propagateAuthenticationContext'] === true ? [[r('runsAs'), r('runsAsJudge')] as const] : []),
  ]
  return (
    <Section title={r('judgment')}>
      <Pairs rows={rows} />
    </Section>
  )
}

function Helm({ stage }: { stage: Stage }) {
  const r = useRuns()
  const c = contextOf(stage)
  const chart = objectOf(c['chartArtifact'])
  const rows: (readonly [string, React.ReactNode])[] = (
    [
      [r('release'), textOf(c['releaseName'])],
      [r('revision'), textOf(c['helm.revision']) || textOf(c['revision'])],
      [
        r('chart'),
        [textOf(chart['name']) || textOf(chart['reference']), textOf(chart['version'])]
          .filter(Boolean)
          .join(' '),
      ],
    ] as const
  ).filter(([, value]) => value !== '')
  return rows.length === 0 ? null : (
    <Section title={r('helm')}>
      <Pairs rows={rows} />
    </Section>
  )
}

function JobState({ stage }: { stage: Stage }) {
  const r = useRuns()
  const s = objectOf(contextOf(stage)['jobStatus'])
  const rows: (readonly [string, React.ReactNode])[] = (
    [
      [r('job'), textOf(s['name'])],
      [r('state'), textOf(s['jobState'])],
      [r('exitCode'), textOf(s['exitCode'])],
      [r('reason'), [textOf(s['reason']), textOf(s['message'])].filter(Boolean).join(': ')],
    ] as const
  ).filter(([, value]) => value !== '')
  return (
    <Section title={r('job')}>
      <Pairs rows={rows} />
    </Section>
  )
}
