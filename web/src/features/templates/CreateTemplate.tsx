import { Autocomplete, Button, SimpleGrid, TagsInput, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { Fields } from '@/components/Fields'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import { isObject, textOf, type Json } from '@/lib/json'
import { example, variablesOf } from './model'
import { createTemplate, templateKeys } from './queries'
import { TemplateText } from './TemplateText'

const tags = ['latest', 'stable', 'unstable', 'experimental', 'canary', 'test']

type Props = { close: () => void; title?: string; text?: string; begin?: Json }

/** Makes a template: what it is called in fields, what it does as text. */
export function CreateTemplate({ close, title, text, begin = example }: Props) {
  const t = useTemplatesT()
  const common = useT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [body, setBody] = useState<Json>(begin)
  const [broken, setBroken] = useState(false)
  const [tag, setTag] = useState('')
  const metadata: Json = isObject(body['metadata']) ? body['metadata'] : {}
  const set = (field: string, value: unknown) => {
    setBody({ ...body, metadata: { ...metadata, [field]: value } })
  }
  const scopes: unknown = metadata['scopes']
  const create = useMutation({
    mutationFn: () => createTemplate(body, tag),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: templateKeys.all })
      close()
      await navigate({ to: '/templates/$id', params: { id: textOf(body['id']) }, search: {} })
    },
  })
  const field = (name: 'name' | 'description' | 'owner', focus?: boolean) => (
    <TextInput
      label={t(name)}
      value={textOf(metadata[name])}
      data-autofocus={focus || undefined}
      autoComplete="off"
      onChange={(e) => {
        set(name, e.currentTarget.value)
      }}
    />
  )
  return (
    <Dialog close={close} size={1040} title={title ?? t('create')}>
      <Fields gap="sm">
        <Text size="sm" c="dimmed">
          {text ?? t('createText')}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" verticalSpacing="sm">
          {field('name', true)}
          <TextInput
            label={t('id')}
            description={t('idHelp')}
            value={textOf(body['id'])}
            autoComplete="off"
            onChange={(e) => {
              setBody({ ...body, id: e.currentTarget.value })
            }}
          />
          {field('owner')}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm" verticalSpacing="sm">
          {field('description')}
          <TagsInput
            label={t('scopes')}
            description={t('scopesHelp')}
            value={Array.isArray(scopes) ? [...new Set(scopes.map(textOf))] : []}
            onChange={(v) => {
              set('scopes', v)
            }}
          />
          <Autocomplete
            label={t('tag')}
            description={t('tagHelp')}
            data={tags}
            value={tag}
            onChange={setTag}
          />
        </SimpleGrid>
        <TemplateText
          low
          value={body}
          label={t('text')}
          words={variablesOf(body).map((v) => `templateVariables.${v.name}`)}
          onChange={(v) => {
            setBroken(v === undefined)
            if (v) setBody(v)
          }}
        />
        {create.isError && <Failure error={create.error} />}
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {common('common.cancel')}
          </Button>
          <Button
            loading={create.isPending}
            disabled={broken || textOf(body['id']) === ''}
            onClick={() => {
              create.mutate()
            }}
          >
            {t('createSubmit')}
          </Button>
        </DialogFoot>
      </Fields>
    </Dialog>
  )
}
