import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { notifications as say } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { objectsOf, textOf, type Json } from '@/lib/json'
import { same } from './attributes'
import classes from '../Settings.module.css'

const Form = lazy(async () => ({
  default: (await import('@/features/editor/notifications/NotificationsForm')).NotificationsForm,
}))

/** An application's notifications as a list; they are stored by their type. */
export function flat(config: Json): Json[] {
  return Object.entries(config).flatMap(([type, list]) =>
    objectsOf(list).map((n) => ({ ...n, type: textOf(n['type']) || type })),
  )
}

export function byType(config: Json, list: readonly Json[], app: string): Json {
  const rest = Object.fromEntries(Object.entries(config).filter(([, value]) => !Array.isArray(value)))
  const out: Record<string, Json[]> = {}
  for (const n of list) (out[textOf(n['type'])] ??= []).push({ ...n, level: 'application' })
  return { ...rest, application: app, ...out }
}

/** Who is told of what happens to any of an application's pipelines. */
export function NotificationsPart({
  app,
  changed,
}: {
  app: string
  changed: (id: string, dirty: boolean) => void
}) {
  const t = useT()
  const ti = useInfraT()
  const queries = useQueryClient()
  const key = ['notifications', app]
  const path = { params: { path: { type: 'application', application: app } } }
  const query = useQuery({
    queryKey: key,
    queryFn: () => unwrap(client.GET('/notifications/{type}/{application}', path)),
  })
  const [draft, setDraft] = useState<Json[]>()
  const stored = flat((query.data ?? {}) as Json)
  const dirty = draft !== undefined && !same(draft, stored)
  useEffect(() => {
    changed('notifications', dirty)
  }, [dirty, changed])
  const save = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST('/notifications/{type}/{application}', {
          ...path,
          body: byType((query.data ?? {}) as Json, draft ?? [], app),
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: key })
      setDraft(undefined)
      say.show({ color: 'green', message: t('settings.saved') })
    },
  })
  return (
    <section className={`card ${classes.part}`} id="notifications" aria-labelledby="notifications-title">
      <Stack gap="sm">
        <div>
          <Title order={2} id="notifications-title">
            {ti('config.notifications')}
          </Title>
          <Text size="sm" c="dimmed" mt={2}>
            {ti('config.notificationsHelp')}
          </Text>
        </div>
        {query.error ? (
          <Failure error={query.error} />
        ) : query.isPending ? (
          <RowsLoading rows={1} />
        ) : (
          <Suspense fallback={<RowsLoading rows={1} />}>
            <Form
              of="pipeline"
              value={draft ?? stored}
              onChange={(v) => {
                setDraft(objectsOf(v))
              }}
            />
          </Suspense>
        )}
        {save.isError && <Failure error={save.error} />}
        <Group gap="xs">
          <Button
            size="xs"
            loading={save.isPending}
            disabled={!dirty}
            onClick={() => {
              save.mutate()
            }}
          >
            {t('common.save')}
          </Button>
          {dirty && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => {
                setDraft(undefined)
              }}
            >
              {ti('config.undo')}
            </Button>
          )}
        </Group>
      </Stack>
    </section>
  )
}
