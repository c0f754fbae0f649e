import type { ReactNode } from 'react'
import { JsonView } from '@/components/JsonView'
import { isObject, objectOf, textOf } from '@/lib/json'
import { contextOf } from '@/features/execution/stage'
import { useRuns } from '@/features/execution/texts'
import { withoutSecrets, withoutSecretsIn } from '@/lib/secrets'
import { Section } from '@/features/execution/details/Section'
import { Pairs } from '@/features/execution/details/Pairs'
import type { DetailsProps } from '../details'

export function Details({ stage }: DetailsProps) {
  const r = useRuns()
  const c = contextOf(stage)
  const answer = objectOf(c['webhook'])
  const monitor = objectOf(answer['monitor'])
  const last = Object.keys(monitor).length > 0 ? monitor : answer
  const headers = objectOf(withoutSecrets(c['customHeaders']))
  const rows: (readonly [string, ReactNode])[] = [
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
