import { Alert, Button, Group, Modal, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { startPipeline } from '@/api/actions'
import { executionQuery, type Pipeline } from '@/api/queries'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { isShown, parametersOf, problemOf, type Parameter } from './parameters'

type Props = { app: string; pipeline: Pipeline; like?: string; close: () => void }

/** Starts a pipeline, with the parameters that it asks for; like an earlier execution where one is named. */
export function StartPipeline({ like, ...props }: Props) {
  const t = useT()
  const earlier = useQuery({ ...executionQuery(like ?? ''), enabled: like !== undefined })
  return (
    <Modal opened onClose={props.close} title={<Text fw={600}>{t('start.title', { name: props.pipeline.name ?? '' })}</Text>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {like !== undefined && earlier.isPending ? <RowsLoading rows={2} /> : earlier.error ? <Failure error={earlier.error} /> : (
        <Form {...props} before={(earlier.data?.trigger?.parameters ?? {}) as Record<string, unknown>} again={earlier.data !== undefined} artifacts={earlier.data?.trigger?.artifacts} />
      )}
    </Modal>
  )
}

function Form({ app, pipeline, close, before, again, artifacts }: Omit<Props, 'like'> & { before: Record<string, unknown>; again: boolean; artifacts: unknown }) {
  const t = useT()
  const navigate = useNavigate()
  const parameters = parametersOf(pipeline.parameterConfig)
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(parameters.map((p) => [p.name, p.name in before ? String(before[p.name]) : p.default])))
  const [dryRun, setDryRun] = useState(false)
  const [tried, setTried] = useState(false)
  const asked = parameters.filter((p) => isShown(p, values))
  const wrong = asked.some((p) => problemOf(p, values[p.name] ?? ''))
  const start = useMutation({
    mutationFn: () => startPipeline(app, pipeline.name ?? '', Object.fromEntries(asked.map((p) => [p.name, values[p.name] ?? ''])), {
      ...(dryRun ? { dryRun: true } : {}), ...(again && Array.isArray(artifacts) && artifacts.length > 0 ? { artifacts } : {}),
    }),
    onSuccess: (id) => navigate({ to: '/applications/$app/executions/$id', params: { app, id } }),
  })
  return (
    <form noValidate onSubmit={(e) => { e.preventDefault(); setTried(true); if (!wrong) start.mutate() }}>
      <Stack gap="sm">
        {again && <Text size="sm" c="dimmed">{t('start.again')}</Text>}
        {asked.map((p) => (
          <Field key={p.name} parameter={p} value={values[p.name] ?? ''} tried={tried} change={(v) => { setValues((all) => ({ ...all, [p.name]: v })) }} />
        ))}
        {parameters.length === 0 && <Text c="dimmed">{t('start.noParameters')}</Text>}
        <Switch size="sm" label={t('start.dryRun')} description={t('start.dryRunHelp')} checked={dryRun} onChange={(e) => { setDryRun(e.currentTarget.checked) }} mt={4} />
        {pipeline.limitConcurrent && <Alert p="xs" variant="light" color="gray">{t('start.limited')}</Alert>}
        {start.isError && <Failure error={start.error} />}
        <Group justify="flex-end" mt="xs" gap="xs">
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button type="submit" loading={start.isPending} disabled={tried && wrong} data-autofocus={asked.length === 0 || undefined}>{t('start.submit')}</Button>
        </Group>
      </Stack>
    </form>
  )
}

function Field({ parameter: p, value, tried, change }: { parameter: Parameter; value: string; tried: boolean; change: (v: string) => void }) {
  const t = useT()
  const [left, setLeft] = useState(false)
  const problem = problemOf(p, value)
  const shared = {
    label: p.label, description: p.description || undefined, required: p.required, error: problem && (tried || left) ? t(`start.${problem}`) : undefined,
    onBlur: () => { setLeft(true) },
  }
  if (p.options) return <Select {...shared} data={p.options} value={value || null} searchable={p.options.length > 8} limit={200} clearable={!p.required} onChange={(v) => { change(v ?? '') }} />
  if (p.date) return <TextInput {...shared} type="date" value={value} onChange={(e) => { change(e.currentTarget.value) }} />
  if (value.includes('\n')) return <Textarea {...shared} autosize maxRows={10} value={value} onChange={(e) => { change(e.currentTarget.value) }} />
  return <TextInput {...shared} value={value} onChange={(e) => { change(e.currentTarget.value) }} />
}
