import { Button, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { runTask, sayError } from '@/api/actions'
import { keys, pipelinesQuery, serverGroupsQuery } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import classes from '../Settings.module.css'

/** The end of an application, with what goes and what is in the way. */
export function Remove({ app }: { app: string }) {
  const t = useT()
  const ti = useInfraT()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const pipelines = useQuery({ ...pipelinesQuery(app), enabled: asking })
  const groups = useQuery({ ...serverGroupsQuery(app), enabled: asking })
  const running = [...new Set((groups.data ?? []).map((g) => g.cluster))]
  const remove = useMutation({
    mutationFn: () =>
      runTask(app, `Deleting Application: ${app}`, [
        { type: 'deleteApplication', application: { name: app } },
      ]),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.applications })
      await navigate({ to: '/' })
    },
  })
  return (
    <section className={`card ${classes.part}`} id="delete">
      <Title order={2} mb={4}>
        {t('settings.delete')}
      </Title>
      <Text c="dimmed" mb="sm">
        {t('settings.deleteHelp')}
      </Text>
      <Button
        color="red"
        variant="default"
        onClick={() => {
          setAsking(true)
        }}
      >
        {t('settings.delete')}
      </Button>
      <Confirm
        opened={asking}
        close={() => {
          setAsking(false)
        }}
        title={t('settings.deleteTitle', { name: app })}
        action={t('settings.delete')}
        danger
        disabled={typed !== app}
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        {t('settings.deleteText')}
        {(pipelines.data?.length ?? 0) > 0 && (
          <Text mt="sm">{ti('config.goes', { n: pipelines.data?.length ?? 0 })}</Text>
        )}
        {running.length > 0 && (
          <Text mt="sm" style={{ color: 'var(--wait)', overflowWrap: 'anywhere' }}>
            {ti('config.runs', { what: running.slice(0, 8).join(', ') + (running.length > 8 ? ', …' : '') })}
          </Text>
        )}
        <TextInput
          mt="sm"
          label={t('settings.type', { name: app })}
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value)
          }}
          autoComplete="off"
          data-autofocus
        />
        {remove.isError && (
          <Text role="alert" size="sm" mt="sm" style={{ color: 'var(--bad)', whiteSpace: 'pre-wrap' }}>
            {sayError(remove.error)}
          </Text>
        )}
      </Confirm>
    </section>
  )
}
