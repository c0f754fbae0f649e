import { Anchor, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { applicationQuery } from '@/api/queries'
import { StatusDot } from '@/components/Status'
import { Ago } from '@/components/Time'
import { linksOf, linkTo } from '@/features/application/settings/attributes'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import type { Tone } from '@/lib/status'
import { deployedByQuery } from './deployedBy'
import { containersOf, type KubernetesObject, type Place } from './object'
import classes from './Object.module.css'
import { ObjectLink } from './ObjectLink'

/** An object's most asked for facts: images, conditions, owner, labels. */
export function ObjectSummary({ place, object: o }: { place: Place; object: KubernetesObject }) {
  const t = useT()
  const ti = useInfraT()
  const deployed = useQuery(deployedByQuery(place, o)).data
  const pod = kindAndName(place.name).kind === 'pod'
  const created = o.metadata?.creationTimestamp
  const owner = o.metadata?.ownerReferences?.find((r) => r.controller)
  const labels = Object.entries(o.metadata?.labels ?? {})
  const conditions = o.status?.conditions ?? []
  const containers = containersOf(o)
  return (
    <Stack gap="lg">
      <dl className={classes.facts}>
        {created && (
          <div>
            <dt>{t('object.created')}</dt>
            <dd>
              <Ago time={Date.parse(created)} />
            </dd>
          </div>
        )}
        {o.spec?.replicas !== undefined && (
          <div>
            <dt>{t('object.replicas')}</dt>
            <dd className="num">
              {o.status?.readyReplicas ?? 0} / {o.spec.replicas}
            </dd>
          </div>
        )}
        {o.status?.phase && (
          <div>
            <dt>{t('object.phase')}</dt>
            <dd>{o.status.phase}</dd>
          </div>
        )}
        {o.status?.podIP && (
          <div>
            <dt>{t('object.address')}</dt>
            <dd className="mono">{o.status.podIP}</dd>
          </div>
        )}
        {deployed && (
          <div>
            <dt>{ti('instance.deployedBy')}</dt>
            <dd>
              <Anchor component={Link} to={deployed.path} size="sm">
                {deployed.name}
              </Anchor>{' '}
              <span className="muted">
                <Ago time={deployed.time} />
              </span>
            </dd>
          </div>
        )}
        {owner?.kind && owner.name && (
          <div>
            <dt>{t('object.owner')}</dt>
            <dd>
              <ObjectLink
                account={place.account}
                location={place.location}
                name={`${owner.kind.charAt(0).toLowerCase()}${owner.kind.slice(1)} ${owner.name}`}
              >
                {owner.name}
              </ObjectLink>
            </dd>
          </div>
        )}
      </dl>
      {pod && <InstanceLinks place={place} object={o} />}
      {containers.length > 0 && (
        <Part title={t('object.containers')}>
          {containers.map((c) => (
            <div key={c.name} className={classes.line}>
              <b>{c.name}</b>{' '}
              <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                {c.image}
              </span>
            </div>
          ))}
        </Part>
      )}
      {conditions.length > 0 && (
        <Part title={t('object.conditions')}>
          {conditions.map((c) => (
            <div key={c.type} className={classes.line}>
              <StatusDot tone={conditionTone(c.type, c.status)} /> <b>{c.type}</b>{' '}
              <span className="muted">{c.message ?? c.reason ?? c.status}</span>
            </div>
          ))}
        </Part>
      )}
      {labels.length > 0 && (
        <Part title={t('object.labels')}>
          <div className={classes.labels}>
            {labels.map(([k, v]) => (
              <span key={k} className={`mono ${classes.label}`}>
                {k}={v}
              </span>
            ))}
          </div>
        </Part>
      )}
    </Stack>
  )
}

/** What the application's settings link each of its instances to. */
function InstanceLinks({ place, object: o }: { place: Place; object: KubernetesObject }) {
  const { data } = useQuery({ ...applicationQuery(place.app), enabled: place.app !== '' })
  const port = data?.attributes.instancePort ?? ''
  const values = {
    name: kindAndName(place.name).name,
    instanceId: kindAndName(place.name).name,
    namespace: place.location,
    region: place.location,
    account: place.account,
    application: place.app,
    privateIpAddress: o.status?.podIP,
  }
  const sections = linksOf(data?.attributes)
    .map((s) => ({
      ...s,
      links: s.links.flatMap((l) => {
        const href = linkTo(l.path, values, port)
        return href ? [{ title: l.title || l.path, href }] : []
      }),
    }))
    .filter((s) => s.links.length > 0)
  return sections.map((s) => (
    <Part key={s.title} title={s.title}>
      {s.links.map((l) => (
        <div key={l.href} className={classes.line}>
          <Anchor href={l.href} target="_blank" rel="noreferrer" size="sm">
            {l.title}
          </Anchor>
        </div>
      ))}
    </Part>
  ))
}

/** Conditions are good when they hold, but for those that name a trouble. */
export function conditionTone(type: string | undefined, status: string | undefined): Tone {
  const trouble = /Failure|Failed|Pressure|Unavailable|Disruption/.test(type ?? '')
  if (status === 'Unknown') return 'wait'
  return (status === 'True') === trouble ? 'bad' : 'good'
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={600} c="dimmed" mb={6}>
        {title}
      </Text>
      {children}
    </div>
  )
}
