import { Text } from '@mantine/core'
import { IconHourglass } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Stage } from '@/api/queries'
import { ToneBadge } from '@/components/Status'
import type { Tone } from '@/lib/status'
import { contextOf } from '../stage'
import { useRuns } from '../texts'
import { DeployedAddresses } from './DeployedAddresses'
import { Next } from './Next'
import { Words } from './Words'
import { deployedBy, type Deployed as Object } from './read'
import { Section } from './Section'
import classes from './details.module.css'

const tones: Record<Object['state'], Tone> = { stable: 'good', failed: 'bad', waiting: 'busy' }
const many = 12

/** The objects of a deployment, each with how it is, and what is waited for. */
export function Deployed({ app, stages }: { app: string; stages: readonly Stage[] }) {
  const r = useRuns()
  const objects = stages.flatMap(deployedBy)
  const waits = stages
    .filter((s) => ['RUNNING', 'CANCELED'].includes(s.status))
    .flatMap((s) => {
      const messages = contextOf(s)['messages']
      return Array.isArray(messages)
        ? messages.filter((m): m is string => typeof m === 'string' && m !== '')
        : []
    })
  return (
    <>
      {waits.map((m) => (
        <div key={m} className={classes.failure} data-tone="busy" role="status">
          <IconHourglass size={18} aria-hidden />
          <div style={{ minWidth: 0 }}>
            <Text size="xs" c="dimmed">
              {r('waitsFor')}
            </Text>
            <Words text={m} />
            <Next app={app} message={m} />
          </div>
        </div>
      ))}
      {objects.length > 0 && (
        <Section title={r('objects')} count={objects.length} fold={objects.length > many ? 'closed' : 'open'}>
          <ul className={classes.list}>
            {objects.map((o) => (
              <li key={`${o.account} ${o.location} ${o.name}`}>
                <ToneBadge tone={tones[o.state]}>{r(`object.${o.state}`)}</ToneBadge>
                <Link
                  to="/applications/$app/infrastructure"
                  params={{ app }}
                  search={{ in: o.account, at: o.location, show: o.name }}
                  className="row-link"
                >
                  {o.name}
                </Link>
                <span className="muted">{[o.location, o.account].filter(Boolean).join(' · ')}</span>
                <Link
                  to="/applications/$app/infrastructure"
                  params={{ app }}
                  search={{ in: o.account, at: o.location, show: o.name, tab: 'manifest' }}
                  className="muted no-print"
                  aria-label={`${r('manifest')}: ${o.name}`}
                >
                  {r('manifest')}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <DeployedAddresses app={app} objects={objects} />
    </>
  )
}
