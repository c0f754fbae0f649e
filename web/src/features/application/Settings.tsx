import { Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { runTask, sayError } from '@/api/actions'
import { applicationQuery, keys } from '@/api/queries'
import type { Schemas } from '@/api/client'
import { Confirm } from '@/components/Confirm'
import { JsonView } from '@/components/JsonView'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import classes from './Settings.module.css'

/** What an application is called and whom it belongs to; and its end. */
export function ApplicationSettings() {
  const t = useT()
  const { app } = useParams({ from: '/applications/$app/settings' })
  usePageTitle(t('app.settings'), app)
  const { data, error, refetch } = useQuery(applicationQuery(app))
  if (error) return <div className="page"><Failure error={error} retry={() => void refetch()} /></div>
  if (!data) return <div className="page"><RowsLoading rows={4} /></div>
  return (
    <div className="page">
      <div className={classes.column}>
        <Attributes key={data.attributes.updateTs} attributes={data.attributes} />
        <section className={`card ${classes.part}`}>
          <Title order={2} mb="sm">{t('settings.all')}</Title>
          <JsonView value={data.attributes} name={`${app}.json`} />
        </section>
        <Remove app={app} />
      </div>
    </div>
  )
}

function Attributes({ attributes }: { attributes: Schemas['ApplicationAttributes'] }) {
  const t = useT()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { email: attributes.email ?? '', description: attributes.description ?? '' },
    validate: { email: (v) => (/^\S+@\S+$/.test(v.trim()) ? null : t('create.emailInvalid')) },
  })
  const save = useMutation({
    // The rest of the attributes is sent along: what is missing would be removed.
    mutationFn: (values: { email: string; description: string }) =>
      runTask(attributes.name, `Update Application: ${attributes.name}`, [{ type: 'updateApplication', application: { ...attributes, email: values.email.trim(), description: values.description.trim() } }]),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.application(attributes.name) })
      void queries.invalidateQueries({ queryKey: keys.applications })
      notifications.show({ color: 'green', message: t('settings.saved') })
    },
  })
  return (
    <form className={`card ${classes.part}`} onSubmit={form.onSubmit((values) => { save.mutate(values) })}>
      <Stack gap="sm">
        <Title order={2}>{t('settings.about')}</Title>
        <TextInput label={t('create.email')} description={t('create.emailHelp')} {...form.getInputProps('email')} />
        <Textarea label={t('create.description')} autosize minRows={2} maxRows={8} {...form.getInputProps('description')} />
        {save.isError && <Failure error={save.error} />}
        <Group><Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>{t('common.save')}</Button></Group>
      </Stack>
    </form>
  )
}

function Remove({ app }: { app: string }) {
  const t = useT()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const remove = useMutation({
    mutationFn: () => runTask(app, `Deleting Application: ${app}`, [{ type: 'deleteApplication', application: { name: app } }]),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.applications })
      await navigate({ to: '/' })
    },
  })
  return (
    <section className={`card ${classes.part}`}>
      <Title order={2} mb={4}>{t('settings.delete')}</Title>
      <Text c="dimmed" mb="sm">{t('settings.deleteHelp')}</Text>
      <Button color="red" variant="default" onClick={() => { setAsking(true) }}>{t('settings.delete')}</Button>
      <Confirm
        opened={asking} close={() => { setAsking(false) }} title={t('settings.deleteTitle', { name: app })} action={t('settings.delete')} danger
        disabled={typed !== app} busy={remove.isPending} onConfirm={() => { remove.mutate() }}
      >
        {t('settings.deleteText')}
        <TextInput mt="sm" label={t('settings.type', { name: app })} value={typed} onChange={(e) => { setTyped(e.currentTarget.value) }} autoComplete="off" data-autofocus />
        {remove.isError && <Text role="alert" size="sm" mt="sm" style={{ color: 'var(--bad)', whiteSpace: 'pre-wrap' }}>{sayError(remove.error)}</Text>}
      </Confirm>
    </section>
  )
}
