import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys, pipelinesQuery } from '@/api/queries'
import { DialogFoot } from '@/components/DialogFoot'
import { Fields } from '@/components/Fields'
import { Failure } from '@/components/States'
import { readPipeline } from '@/features/editor/save'
import { useT } from '@/i18n'
import { textOf, type Json } from '@/lib/json'
import { pipelineFrom, referenceTo, variablesOf, type Template, type Version } from './model'
import { planPipeline, templateKeys } from './queries'
import { VariablesForm } from './VariablesForm'

/** The name and the values of a pipeline that is made of a template, until it is there. */
export function FromTemplate({
  app,
  template,
  version,
  close,
}: {
  app: string | undefined
  template: Template
  version: Version
  close: () => void
}) {
  const t = useT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [values, setValues] = useState<Json>({})
  const { data: all = [] } = useQuery({ ...pipelinesQuery(app ?? ''), enabled: app !== undefined })
  const taken = all.some((p) => p.name?.toLowerCase() === name.trim().toLowerCase())
  const variables = variablesOf(version.body)
  const missing = variables.some((v) => v.required && (values[v.name] === undefined || values[v.name] === ''))
  const ready = app !== undefined && name.trim() !== '' && !taken && !missing
  const create = useMutation({
    mutationFn: async (to: string) => {
      const reference =
        version === template.versions[0] ? referenceTo(template.id) : referenceTo(template.id, version)
      const pipeline = pipelineFrom(reference, to, name.trim(), values)
      // What could not be started is told before it is there.
      await planPipeline(pipeline)
      await unwrap(
        client.POST('/pipelines', {
          params: { query: { staleCheck: true } },
          body: { ...pipeline, index: all.length },
        }),
      )
      return { to, id: textOf((await readPipeline(to, name.trim()))['id']) }
    },
    onSuccess: async ({ to, id }) => {
      await queries.invalidateQueries({ queryKey: keys.pipelines(to) })
      void queries.invalidateQueries({ queryKey: templateKeys.users })
      close()
      await navigate({ to: '/applications/$app/pipelines/$id/edit', params: { app: to, id } })
    },
  })
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (ready) create.mutate(app)
      }}
    >
      <Fields gap="sm">
        <TextInput
          label={t('editor.pipelineName')}
          placeholder={t('editor.namePlaceholder')}
          value={name}
          autoComplete="off"
          error={taken && t('editor.nameTaken')}
          onChange={(e) => {
            setName(e.currentTarget.value)
          }}
        />
        <VariablesForm variables={variables} value={values} onChange={setValues} />
        {create.isError && <Failure error={create.error} />}
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!ready}>
            {t('editor.createSubmit')}
          </Button>
        </DialogFoot>
      </Fields>
    </form>
  )
}
