import { Alert, Anchor, Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { sayError } from '@/api/actions'
import { Confirm } from '@/components/Confirm'
import { partsOf, referenceTo, variablesOf } from '@/features/templates/model'
import { templatesQuery } from '@/features/templates/queries'
import { VariablesForm } from '@/features/templates/VariablesForm'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import { PairsField } from './fields'
import { isObject, setField, textOf, type Json } from './model'

type Props = {
  pipeline: Json
  change: (next: Json, topic: string) => void
  /** Why the pipeline could not be started as it is; undefined where it could. */
  problem: unknown
  /** Makes it a pipeline of its own; undefined where what it would be is not known. */
  detach?: () => void
}

/** The template that a pipeline is made of, and the values for it. */
export function TemplateSection({ pipeline, change, problem, detach }: Props) {
  const t = useTemplatesT()
  const common = useT()
  const [asking, setAsking] = useState(false)
  const { data = [] } = useQuery(templatesQuery)
  const template = isObject(pipeline['template']) ? pipeline['template'] : {}
  const parts = partsOf(textOf(template['reference']))
  const found = data.find((x) => x.id === parts?.id)
  const version =
    found &&
    (found.versions.find((v) =>
      parts?.digest ? v.digest === parts.digest : parts?.tag ? v.tag === parts.tag : false,
    ) ??
      found.versions[0])
  const named = parts?.digest || parts?.tag || ''
  const value = isObject(pipeline['variables']) ? pipeline['variables'] : {}
  const set = (next: Json) => {
    change(setField(pipeline, 'variables', next), 'variables')
  }
  const versions = [
    { value: '', label: t('newest') },
    ...(found?.versions ?? []).flatMap((v) =>
      v.digest
        ? [{ value: v.digest, label: v.digest.slice(0, 16) }]
        : v.tag
          ? [{ value: v.tag, label: v.tag }]
          : [],
    ),
  ]
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        {parts ? (
          <Anchor component={Link} to={`/templates/${encodeURIComponent(parts.id)}`} size="sm">
            {found?.name ?? parts.id}
          </Anchor>
        ) : (
          <Text size="sm" className="mono">
            {textOf(template['reference'])}
          </Text>
        )}
        {detach && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setAsking(true)
            }}
          >
            {t('detach')}
          </Button>
        )}
      </Group>
      {parts && found && (
        <Select
          label={t('version')}
          allowDeselect={false}
          value={named}
          data={
            versions.some((v) => v.value === named) ? versions : [...versions, { value: named, label: named }]
          }
          onChange={(v) => {
            const to = found.versions.find((x) => (x.digest || x.tag) === v)
            change(
              {
                ...pipeline,
                template: { ...template, reference: v ? referenceTo(found.id, to) : referenceTo(found.id) },
              },
              'template',
            )
          }}
        />
      )}
      {problem !== undefined && problem !== null && (
        <Alert color="red" icon={<IconAlertTriangle size={16} />} p="xs" title={t('notPlanned')}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {sayError(problem)}
          </Text>
        </Alert>
      )}
      {version ? (
        <VariablesForm variables={variablesOf(version.body)} value={value} onChange={set} />
      ) : (
        <PairsField
          label={common('editor.templateVariables')}
          value={pipeline['variables']}
          onChange={(v) => {
            set(v ?? {})
          }}
        />
      )}
      <Confirm
        opened={asking}
        close={() => {
          setAsking(false)
        }}
        title={t('detachTitle')}
        action={t('detach')}
        onConfirm={() => {
          setAsking(false)
          detach?.()
        }}
      >
        {t('detachText')}
      </Confirm>
    </Stack>
  )
}
