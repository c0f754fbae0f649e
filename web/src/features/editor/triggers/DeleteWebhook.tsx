import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { deleteWebhook, type GitWebhook } from '@/features/git/queries'
import { useTriggerTexts } from './texts'

type Props = { app: string; hook: GitWebhook; host: string; then: () => void }

/** Deletes a webhook that was created for the application; those of others stay. */
export function DeleteWebhook({ app, hook, host, then }: Props) {
  const w = useTriggerTexts()
  const [asked, setAsked] = useState(false)
  const remove = useAction(() => deleteWebhook(app, hook.id), {
    done: w('git.deleted', { host }),
    then: () => {
      setAsked(false)
      then()
    },
  })
  if (hook.application.toLowerCase() !== app.toLowerCase()) return null
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        onClick={() => {
          setAsked(true)
        }}
      >
        {w('git.delete')}
      </Button>
      <Confirm
        opened={asked}
        close={() => {
          setAsked(false)
        }}
        title={w('git.deleteTitle', { host })}
        action={w('git.delete')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        <Text size="sm">{w('git.deleteText', { repository: hook.repository })}</Text>
      </Confirm>
    </>
  )
}
