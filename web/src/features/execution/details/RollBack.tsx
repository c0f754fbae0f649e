import { Button, Text } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Stage } from '@/api/queries'
import { kindAndName } from '@/lib/format'
import { useRuns } from '../texts'
import { toRollBack } from './read'
import classes from './details.module.css'

/** The way back from a deployment that did not get healthy. */
export function RollBack({ app, stage }: { app: string; stage: Stage }) {
  const r = useRuns()
  const object = toRollBack(stage)
  if (!object) return null
  return (
    <div className={`${classes.back} no-print`}>
      <Button
        size="xs"
        leftSection={<IconArrowBackUp size={15} />}
        renderRoot={(props) => (
          <Link
            {...props}
            to="/applications/$app/infrastructure"
            params={{ app }}
            search={{ in: object.account, at: object.location, show: object.name, do: 'undo' }}
          />
        )}
      >
        {r('rollBack')}
      </Button>
      <Text size="sm" c="dimmed">
        {r('rollBackText', { name: kindAndName(object.name).name })}
      </Text>
    </div>
  )
}
