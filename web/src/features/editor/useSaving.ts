import { notifications } from '@mantine/notifications'
import { useEffect, useRef, useState } from 'react'
import { sayError } from '@/api/actions'
import { ApiError, UnreachableError } from '@/api/client'
import { connection } from '@/api/connection'
import { useT } from '@/i18n'
import type { Json } from './model'
import type { StageType } from './stageKinds'
import type { Draft } from './useDraft'
import { warningText } from './warningText'

const attempts = 5

/** Whether an error says that the server is away, not that it refuses. */
export function isAway(error: unknown): boolean {
  return (
    error instanceof UnreachableError || (error instanceof ApiError && [502, 503, 504].includes(error.status))
  )
}

/**
 * Saves the draft, and says whether that worked. Where the server is away it is saved,
 * as it is then, when the server is back.
 */
export function useSaving(d: Draft, types: ReadonlyMap<string, StageType>) {
  const t = useT()
  const [waiting, setWaiting] = useState(false)
  const here = useRef(true)
  const failed = useRef(0)
  const again = useRef<() => void>(undefined)
  const save = async (over?: Json): Promise<void> => {
    const unread = Object.values(d.texts)[0]
    if (unread) {
      setWaiting(false)
      notifications.show({
        color: 'red',
        title: t('editor.notSaved'),
        message: t('editor.broken', {
          problem: unread.problem === 'notObject' ? t('editor.notObject') : unread.problem,
        }),
        autoClose: 10_000,
      })
      return
    }
    try {
      const warnings = await d.save(over)
      failed.current = 0
      setWaiting(false)
      if (!warnings) return
      notifications.show(
        warnings.length > 0
          ? {
              color: 'yellow',
              title: t('editor.savedWarned'),
              message: warnings
                .slice(0, 4)
                .map((text) => warningText(t, text, over ?? d.draft, types))
                .join('\n'),
              autoClose: 8000,
              styles: { description: { whiteSpace: 'pre-wrap' } },
            }
          : { color: 'green', message: t('editor.saved') },
      )
    } catch (error) {
      if (isAway(error) && ++failed.current < attempts) {
        setWaiting(true)
        void connection.answers().then(() => {
          if (here.current) again.current?.()
        })
        return
      }
      failed.current = 0
      setWaiting(false)
      notifications.show({
        color: 'red',
        title: t('editor.notSaved'),
        message: sayError(error),
        autoClose: 10_000,
      })
    }
  }
  useEffect(() => {
    // What is saved is what is there then, not what was when it was asked for.
    again.current = () => void save()
  })
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  return { save, waiting }
}
