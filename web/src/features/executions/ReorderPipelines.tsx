import { Button, Stack, Text } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconGripVertical } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys, type Pipeline } from '@/api/queries'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { IconButton } from '@/components/IconButton'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import classes from './ReorderPipelines.module.css'

/** Gives an application's pipelines the order that they are listed in. */
export function ReorderPipelines({
  app,
  pipelines,
  close,
}: {
  app: string
  pipelines: readonly Pipeline[]
  close: () => void
}) {
  const t = useT()
  const queries = useQueryClient()
  const [list, setList] = useState(() =>
    pipelines.flatMap((p) => (p.id ? [{ id: p.id, name: p.name ?? p.id }] : [])),
  )
  const [held, setHeld] = useState<string>()
  const move = (from: number, to: number) => {
    setList((before) => {
      const out = [...before]
      const [it] = out.splice(from, 1)
      if (it) out.splice(to, 0, it)
      return out
    })
  }
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/actions/pipelines/reorder', {
          body: { application: app, idsToIndices: Object.fromEntries(list.map((p, i) => [p.id, i])) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.pipelines(app) })
      close()
    },
  })
  return (
    <Dialog close={close} title={t('editor.reorder')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('editor.reorderText')}
        </Text>
        <ol className={classes.list}>
          {list.map((p, i) => (
            <li
              key={p.id}
              className={classes.item}
              draggable
              data-held={held === p.id || undefined}
              onDragStart={(e) => {
                e.dataTransfer.effectAllowed = 'move'
                setHeld(p.id)
              }}
              onDragEnd={() => {
                setHeld(undefined)
              }}
              onDragOver={(e) => {
                e.preventDefault()
                const from = list.findIndex((x) => x.id === held)
                if (from >= 0 && from !== i) move(from, i)
              }}
            >
              <IconGripVertical size={15} aria-hidden className={classes.grip} />
              <span className="cut" style={{ flex: 1 }}>
                {p.name}
              </span>
              <IconButton
                size="sm"
                label={`${t('editor.moveUp')}: ${p.name}`}
                disabled={i === 0}
                onClick={() => {
                  move(i, i - 1)
                }}
              >
                <IconChevronUp size={15} />
              </IconButton>
              <IconButton
                size="sm"
                label={`${t('editor.moveDown')}: ${p.name}`}
                disabled={i === list.length - 1}
                onClick={() => {
                  move(i, i + 1)
                }}
              >
                <IconChevronDown size={15} />
              </IconButton>
            </li>
          ))}
        </ol>
        {save.isError && <Failure error={save.error} />}
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button
            loading={save.isPending}
            onClick={() => {
              save.mutate()
            }}
          >
            {t('editor.save')}
          </Button>
        </DialogFoot>
      </Stack>
    </Dialog>
  )
}
