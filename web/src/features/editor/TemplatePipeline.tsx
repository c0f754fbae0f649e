import { Group, Select, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Failure } from '@/components/States'
import { FromTemplate } from '@/features/templates/FromTemplate'
import { templatesQuery } from '@/features/templates/queries'
import { useTemplatesT } from '@/i18n/templates'

/** Creates a pipeline from a template: its name, the template, and the variables. */
export function TemplatePipeline({ app, close }: { app: string; close: () => void }) {
  const t = useTemplatesT()
  const { data, error } = useQuery(templatesQuery)
  const [chosen, setChosen] = useState<string | null>(null)
  const [version, setVersion] = useState('')
  if (error) return <Failure error={error} />
  if (!data) return <Skeleton height={120} />
  const usable = data.filter((x) => x.schema === 'v2')
  if (usable.length === 0)
    return (
      <Text size="sm" c="dimmed" py="md">
        {t('noTemplates')}
      </Text>
    )
  const template = usable.find((x) => x.id === chosen)
  const tagged = template?.versions.filter((v) => v.tag !== '' && v !== template.versions[0]) ?? []
  const shown = tagged.find((v) => v.tag === version) ?? template?.versions[0]
  return (
    <>
      <Group grow align="start">
        <Select
          label={t('template')}
          placeholder={t('choose')}
          searchable
          value={chosen}
          onChange={(v) => {
            setChosen(v)
            setVersion('')
          }}
          data={usable.map((x) => ({ value: x.id, label: x.name === x.id ? x.id : `${x.name} (${x.id})` }))}
          data-autofocus
        />
        {tagged.length > 0 && (
          <Select
            label={t('version')}
            allowDeselect={false}
            value={version}
            onChange={(v) => {
              setVersion(v ?? '')
            }}
            data={[{ value: '', label: t('newest') }, ...tagged.map((v) => v.tag)]}
          />
        )}
      </Group>
      {template?.description && (
        <Text size="sm" c="dimmed">
          {template.description}
        </Text>
      )}
      {template && shown && (
        <FromTemplate
          key={template.id + shown.tag}
          app={app}
          template={template}
          version={shown}
          close={close}
        />
      )}
    </>
  )
}
