import { Button } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { Json } from '../model'
import { eventTypeOf } from './address'
import { useTriggerTexts } from './texts'

const TryTrigger = lazy(() => import('./TryTrigger').then((m) => ({ default: m.TryTrigger })))

/** Opens the dialog that tries a trigger; nothing for those that nothing can be compared with. */
export function TryButton({ pipeline, trigger }: { pipeline: Json; trigger: Json }) {
  const w = useTriggerTexts()
  const [open, setOpen] = useState(false)
  if (eventTypeOf(trigger) === undefined) return null
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconFlask size={14} />}
        style={{ alignSelf: 'start' }}
        onClick={() => {
          setOpen(true)
        }}
      >
        {w('try.button')}
      </Button>
      <Suspense fallback={null}>
        {open && (
          <TryTrigger
            pipeline={pipeline}
            trigger={trigger}
            close={() => {
              setOpen(false)
            }}
          />
        )}
      </Suspense>
    </>
  )
}
