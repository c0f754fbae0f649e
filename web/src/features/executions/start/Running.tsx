import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { Concurrency } from './choices'
import { useStart } from './texts'

/** What runs of the pipeline by now, and what that means for another start. */
export function Running({ concurrency: c }: { concurrency: Concurrency }) {
  const s = useStart()
  if (c.active === 0 && c.rule === 'free') return null
  const what = c.active === 0 ? s('alone') : `${s('active', { n: c.active })} ${s(c.rule, { most: c.most })}`
  return (
    <Alert
      p="xs"
      variant="light"
      color={c.active > 0 && c.rule !== 'free' ? 'yellow' : 'gray'}
      icon={<IconInfoCircle size={17} />}
      role="status"
    >
      {what}
    </Alert>
  )
}
