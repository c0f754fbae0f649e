import { Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import classes from './Delivery.module.css'
import { MessageCells } from './MessageCells'
import type { Dead } from './queries'
import { useDeliveryTexts } from './texts'

/** A message that was given up: it can be sent again, or deleted. */
export function DeadRow({ message: m }: { message: Dead }) {
  const t = useDeliveryTexts()
  const queries = useQueryClient()
  const [asked, setAsked] = useState(false)
  const path = { params: { path: { id: m.id } } }
  const then = () => {
    setAsked(false)
    void queries.invalidateQueries({ queryKey: ['delivery'] })
  }
  const again = useAction(() => unwrap(client.POST('/outbox/{id}/retry', path)), { done: t('sent'), then })
  const remove = useAction(() => unwrap(client.DELETE('/outbox/{id}', path)), { done: t('deleted'), then })
  return (
    <tr>
      <MessageCells message={m} />
      <td data-wide>
        <Group gap={6} wrap="nowrap" className={classes.actions}>
          <Button
            size="compact-sm"
            variant="default"
            loading={again.isPending}
            onClick={() => {
              again.mutate()
            }}
          >
            {t('again')}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            onClick={() => {
              setAsked(true)
            }}
          >
            {t('delete')}
          </Button>
        </Group>
        {asked && (
          <Confirm
            opened
            danger
            close={() => {
              setAsked(false)
            }}
            title={t('deleteTitle')}
            action={t('delete')}
            busy={remove.isPending}
            onConfirm={() => {
              remove.mutate()
            }}
          >
            <Text>{t('deleteText')}</Text>
          </Confirm>
        )}
      </td>
    </tr>
  )
}
