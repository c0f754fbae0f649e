import { Button, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { runTask } from '@/api/actions'
import { accountsQuery, applicationsQuery, pipelinesQuery } from '@/api/queries'
import { DialogFoot } from '@/components/DialogFoot'
import { Fields } from '@/components/Fields'
import { IconButton } from '@/components/IconButton'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import { choiceOf, projectOf, valuesOf, type Project, type Values } from './project'
import classes from './Projects.module.css'
import { projectKeys, projectsQuery } from './queries'

/** The fields of a project, and what saves them. */
export function ProjectFields({ close, before }: { close: () => void; before?: Project }) {
  const t = useT()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const projects = useQuery(projectsQuery).data ?? []
  const accounts = useQuery(accountsQuery).data ?? []
  const applications = useQuery(applicationsQuery).data ?? []
  const form = useForm<Values>({
    initialValues: valuesOf(before),
    validate: {
      name: (v) => {
        const name = v.trim().toLowerCase()
        if (name === '') return t('create.nameMissing')
        return projects.some((p) => p.id !== before?.id && p.name?.toLowerCase() === name)
          ? t('projects.taken', { name: v.trim() })
          : null
      },
      email: (v) => (v.trim() === '' || /^\S+@\S+$/.test(v.trim()) ? null : t('create.emailInvalid')),
    },
  })
  const v = form.values
  const pipelines = useQueries({ queries: v.applications.map((app) => pipelinesQuery(app)) })
  const choices = v.applications.map((app, i) => ({
    group: app,
    items: (pipelines[i]?.data ?? []).map((p) => ({ value: choiceOf(app, p.id ?? ''), label: p.name ?? '' })),
  }))
  const known = new Set(choices.flatMap((g) => g.items.map((i) => i.value)))
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const project = projectOf(values, before)
      await runTask('spinnaker', `${before ? 'Update' : 'Create'} project: ${project.name}`, [
        { type: 'upsertProject', project },
      ])
      return project.name ?? ''
    },
    onSuccess: async (name) => {
      close()
      await queries.invalidateQueries({ queryKey: projectKeys.all })
      await navigate({ to: '/projects/$project', params: { project: name }, search: {} })
    },
  })
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        save.mutate(values)
      })}
    >
      <Fields gap="sm">
        <TextInput
          label={t('create.name')}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <TextInput
          label={t('create.email')}
          type="email"
          placeholder="team@example.com"
          {...form.getInputProps('email')}
        />
        <MultiSelect
          label={t('nav.applications')}
          description={t('projects.applicationsHelp')}
          data={[...new Set([...applications.map((a) => a.name), ...v.applications])]}
          limit={100}
          searchable
          {...form.getInputProps('applications')}
        />
        <MultiSelect
          label={t('app.pipelines')}
          description={t('projects.pipelinesHelp')}
          disabled={v.applications.length === 0}
          searchable
          data={choices}
          value={v.pipelines.filter((p) => known.has(p))}
          onChange={(chosen) => {
            form.setFieldValue('pipelines', [...v.pipelines.filter((p) => !known.has(p)), ...chosen])
          }}
        />
        <div>
          <Text size="sm" fw={500}>
            {t('projects.clusters')}
          </Text>
          <Text size="xs" c="dimmed" mb={6}>
            {t('projects.clustersHelp')}
          </Text>
          <Stack gap="xs">
            {v.clusters.map((_, i) => (
              <div key={i} className={classes.rows}>
                <Select
                  label={i === 0 ? t('fact.account') : undefined}
                  aria-label={t('fact.account')}
                  data={[
                    ...new Set([
                      ...accounts.map((a) => a.name),
                      ...v.clusters.map((c) => c.account).filter(Boolean),
                    ]),
                  ]}
                  searchable
                  {...form.getInputProps(`clusters.${i}.account`)}
                />
                <TextInput
                  label={i === 0 ? t('projects.stack') : undefined}
                  aria-label={t('projects.stack')}
                  {...form.getInputProps(`clusters.${i}.stack`)}
                />
                <TextInput
                  label={i === 0 ? t('projects.detail') : undefined}
                  aria-label={t('projects.detail')}
                  {...form.getInputProps(`clusters.${i}.detail`)}
                />
                <IconButton
                  size={36}
                  label={t('projects.removeCluster')}
                  onClick={() => {
                    form.removeListItem('clusters', i)
                  }}
                >
                  <IconTrash size={16} />
                </IconButton>
              </div>
            ))}
            <div>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() => {
                  form.insertListItem('clusters', { account: '', stack: '*', detail: '*' })
                }}
              >
                {t('projects.addCluster')}
              </Button>
            </div>
          </Stack>
        </div>
        {save.isError && <Failure error={save.error} />}
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t(before ? 'accounts.save' : 'create.submit')}
          </Button>
        </DialogFoot>
      </Fields>
    </form>
  )
}
