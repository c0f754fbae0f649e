import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { runTask } from '@/api/actions'
import { client } from '@/api/client'
import { keys } from '@/api/queries'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'

const name = /^[a-zA-Z_0-9.\-]+$/

/** Makes an application. Deck asks for a dozen things; two are needed, the rest is in its settings. */
export function CreateApplication({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useT()
  return (
    <Modal opened={opened} onClose={close} title={t('create.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Form close={close} />
    </Modal>
  )
}

function Form({ close }: { close: () => void }) {
  const t = useT()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', description: '' },
    validateInputOnBlur: true,
    validate: {
      name: (v) => (v.trim() === '' ? t('create.nameMissing') : name.test(v.trim()) ? null : t('create.nameInvalid')),
      email: (v) => (/^\S+@\S+$/.test(v.trim()) ? null : t('create.emailInvalid')),
    },
  })
  const create = useMutation({
    mutationFn: async (values: { name: string; email: string; description: string }) => {
      const application = { name: values.name.trim().toLowerCase(), email: values.email.trim(), description: values.description.trim() || undefined, cloudProviders: 'kubernetes' }
      const { response } = await client.GET('/applications/{application}', { params: { path: { application: application.name } } })
      if (response.ok) throw new Error(t('create.taken', { name: application.name }))
      await runTask(application.name, `Create Application: ${application.name}`, [{ type: 'createApplication', application }])
      return application.name
    },
    onSuccess: async (app) => {
      await queries.invalidateQueries({ queryKey: keys.applications })
      close()
      await navigate({ to: '/applications/$app', params: { app } })
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => { create.mutate(values) })}>
      <Stack gap="sm">
        <TextInput label={t('create.name')} description={t('create.nameHelp')} placeholder="shop" required withAsterisk={false} data-autofocus autoComplete="off" key={form.key('name')} {...form.getInputProps('name')} />
        <TextInput label={t('create.email')} description={t('create.emailHelp')} placeholder="team@example.com" type="email" required withAsterisk={false} key={form.key('email')} {...form.getInputProps('email')} />
        <Textarea label={t('create.description')} autosize minRows={2} maxRows={6} key={form.key('description')} {...form.getInputProps('description')} />
        {create.isError && <Failure error={create.error} />}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button type="submit" loading={create.isPending}>{t('create.submit')}</Button>
        </Group>
      </Stack>
    </form>
  )
}
