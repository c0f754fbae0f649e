import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { TextView } from '@/components/TextView'
import type { Schemas } from '@/api/client'
import { BakeFacts } from './BakeFacts'
import { LastBake } from './LastBake'
import { useBake } from './texts'

type Props = {
  app: string
  baked: Schemas['StageBake']
  /** What deploying it would change; nothing if nobody asks. */
  running?: ReactNode
  /** Whether it is a run's, rather than a preview. */
  run?: boolean
}

/** A baked manifest: itself, what differs from the last one, and what runs. */
export function Baked({ app, baked, running, run }: Props) {
  const b = useBake()
  const kinds = ['manifest', 'last', ...(running === undefined ? [] : ['running'])] as const
  const [shown, setShown] = useState('manifest')
  return (
    <Stack gap="sm">
      <BakeFacts facts={baked.bake} {...(run ? { run } : {})} />
      <SegmentedControl
        size="xs"
        value={shown}
        onChange={setShown}
        data={kinds.map((k) => ({ value: k, label: b(k as 'manifest' | 'last' | 'running') }))}
        aria-label={b('baked')}
        style={{ alignSelf: 'flex-start' }}
      />
      {baked.cut && shown !== 'running' && (
        <Text size="sm" style={{ color: 'var(--wait)' }}>
          {b('cut')}
        </Text>
      )}
      {shown === 'manifest' ? (
        <TextView text={baked.manifest} name="manifest.yaml" />
      ) : shown === 'last' ? (
        <LastBake app={app} manifest={baked.manifest} last={baked.last} />
      ) : (
        running
      )}
    </Stack>
  )
}
