import { Badge, Button, Group, Text, Title } from '@mantine/core'
import { IconEdit, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Confirm } from '@/components/Confirm'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { Ago } from '@/components/Time'
import { Unsaved } from '@/components/Unsaved'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import { inShort } from '@/features/editor/evaluate'
import type { Json } from '@/lib/json'
import { contentOf, variablesOf, type Template, type Version } from './model'
import { deleteTemplate, saveTemplate, templatedQuery, templateKeys, templatesQuery } from './queries'
import { TemplateText } from './TemplateText'
import { UseTemplate } from './UseTemplate'
import classes from './Templates.module.css'

const from = '/templates/$id'

/** One template: its variables, its text, who uses it, and its versions. */
export function TemplatePage() {
  const t = useTemplatesT()
  const { id } = useParams({ from })
  const { version } = useSearch({ from })
  const { data, error, refetch } = useQuery(templatesQuery)
  const template = data?.find((x) => x.id === id)
  usePageTitle(template?.name ?? id, t('title'))
  if (error)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!data)
    return (
      <div className="page">
        <RowsLoading />
      </div>
    )
  const shown = template?.versions.find((v) => nameOf(v) === version) ?? template?.versions[0]
  if (!template || !shown)
    return (
      <div className="page">
        <Failure error={new Error(t('none'))} />
      </div>
    )
  return <Page key={`${id} ${nameOf(shown)}`} template={template} version={shown} />
}

const nameOf = (v: Version) => v.digest || v.tag

function Page({ template, version }: { template: Template; version: Version }) {
  const t = useTemplatesT()
  const common = useT()
  const navigate = useNavigate({ from })
  const queries = useQueryClient()
  const { edit = false, use = false } = useSearch({ from })
  const { data: all = [] } = useQuery(templatedQuery)
  const users = all.filter((u) => u.template === template.id)
  const [body, setBody] = useState<Json | undefined>(() => contentOf(version.body))
  const [asking, setAsking] = useState<'save' | 'delete'>()
  const changed =
    edit && body !== undefined && JSON.stringify(body) !== JSON.stringify(contentOf(version.body))
  const set = (search: { edit?: true; use?: true }) =>
    void navigate({
      search: (before) => ({ ...before, edit: undefined, use: undefined, ...search }),
      replace: true,
    })
  const again = () => queries.invalidateQueries({ queryKey: templateKeys.all })
  const save = useAction(() => saveTemplate(template, version, body ?? {}), {
    done: t('saved'),
    then: () => {
      void again()
      setAsking(undefined)
      set({})
    },
  })
  const remove = useAction(() => deleteTemplate(template, version), {
    done: t('deleted'),
    then: () => {
      void again()
      setAsking(undefined)
      if (template.versions.length > 1) void navigate({ search: {}, replace: true })
      else void navigate({ to: '/templates', search: {} })
    },
  })
  const v2 = template.schema === 'v2'
  return (
    <div className="page">
      <Group justify="space-between" mb={6} gap="sm">
        <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
          <Link to="/templates" search={{}} className={classes.up}>
            {t('title')}
          </Link>
          <span className="muted" aria-hidden>
            /
          </span>
          <Title order={1} className="cut" fz="lg">
            {template.name}
          </Title>
          {version.body['protect'] === true && (
            <Badge size="sm" variant="light" color="gray">
              {t('protectedBadge')}
            </Badge>
          )}
          {!v2 && (
            <Badge size="sm" variant="light" color="gray">
              {t('v1')}
            </Badge>
          )}
        </Group>
        <Group gap="xs">
          {edit ? (
            <>
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  setBody(contentOf(version.body))
                  set({})
                }}
              >
                {common('common.cancel')}
              </Button>
              <Button
                size="xs"
                disabled={!changed}
                onClick={() => {
                  setAsking('save')
                }}
              >
                {t('save')}
              </Button>
            </>
          ) : (
            <>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconTrash size={15} />}
                onClick={() => {
                  setAsking('delete')
                }}
              >
                {t('delete')}
              </Button>
              {version.digest === '' && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconEdit size={15} />}
                  onClick={() => {
                    set({ edit: true })
                  }}
                >
                  {t('edit')}
                </Button>
              )}
              {v2 && (
                <Button
                  size="xs"
                  leftSection={<IconPlus size={15} />}
                  onClick={() => {
                    set({ use: true })
                  }}
                >
                  {t('use')}
                </Button>
              )}
            </>
          )}
        </Group>
      </Group>
      <div className={classes.fact}>
        <span className="mono">{template.id}</span>
        {template.description && <span>{template.description}</span>}
        {template.owner && <span>{template.owner}</span>}
        {template.scopes.length > 0 && <span>{template.scopes.join(', ')}</span>}
      </div>
      <div className={classes.columns}>
        <section aria-label={t('text')}>
          <h2 className={classes.section}>{t('text')}</h2>
          <TemplateText
            value={body ?? contentOf(version.body)}
            label={t('text')}
            words={variablesOf(version.body).map((v) => `templateVariables.${v.name}`)}
            onChange={edit ? setBody : undefined}
          />
        </section>
        <div>
          <section aria-label={t('variables')}>
            <h2 className={classes.section}>{t('variables')}</h2>
            <div className="card" style={{ marginBottom: 24 }}>
              {variablesOf(version.body).length === 0 && (
                <Text size="sm" c="dimmed" p="md">
                  {t('noVariables')}
                </Text>
              )}
              {variablesOf(version.body).map((v) => (
                <div key={v.name} className={classes.variable}>
                  <Group gap={8}>
                    <Text size="sm" fw={550} className="mono">
                      {v.name}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {v.type}
                      {v.required && ` · ${t('required')}`}
                    </Text>
                  </Group>
                  {v.description && (
                    <Text size="sm" c="dimmed">
                      {v.description}
                    </Text>
                  )}
                  {v.default !== undefined && (
                    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                      {t('useDefault', { value: inShort(v.default) })}
                    </Text>
                  )}
                </div>
              ))}
            </div>
          </section>
          <section aria-label={t('usedBy')}>
            <h2 className={classes.section}>
              {t('usedBy')} {users.length > 0 && <span className="muted num">{users.length}</span>}
            </h2>
            <div className="card" style={{ marginBottom: 24 }}>
              {users.length === 0 && (
                <Text size="sm" c="dimmed" p="md">
                  {t('unused')}
                </Text>
              )}
              {users.slice(0, 200).map((u) => (
                <div key={u.pipelineConfigId} className={`${classes.line} hover-row`}>
                  <Link
                    to="/applications/$app/pipelines/$id/edit"
                    params={{ app: u.application, id: u.pipelineConfigId }}
                    className={`cut ${classes.name}`}
                  >
                    {u.pipelineName}
                  </Link>
                  <span className="cut muted">{u.application}</span>
                  <span className="muted mono" style={{ marginLeft: 'auto', fontSize: 'var(--text-xs)' }}>
                    {/[:@](.+)$/.exec(u.reference.replace('spinnaker://', ''))?.[1]?.slice(0, 18) ?? ''}
                  </span>
                </div>
              ))}
            </div>
          </section>
          <section aria-label={t('versions')}>
            <h2 className={classes.section}>{t('versions')}</h2>
            <div className="card">
              {template.versions.map((v) => (
                <div
                  key={v.tag + v.digest}
                  className={`${classes.line} hover-row`}
                  data-chosen={v === version || undefined}
                >
                  <Link
                    to="/templates/$id"
                    params={{ id: template.id }}
                    search={nameOf(v) === '' ? {} : { version: nameOf(v) }}
                    className={`cut ${classes.name} ${v.digest ? 'mono' : ''}`}
                    title={v.digest || undefined}
                    style={v.digest ? { fontWeight: 400 } : undefined}
                  >
                    {v.digest ? v.digest.slice(0, 16) : v.tag || t('newest')}
                  </Link>
                  <span className="muted" style={{ marginLeft: 'auto' }}>
                    {v.by}
                  </span>
                  <span className="muted">
                    <Ago time={v.at} />
                  </span>
                </div>
              ))}
            </div>
          </section>
        </div>
      </div>
      <Confirm
        opened={asking === 'save'}
        close={() => {
          setAsking(undefined)
        }}
        title={t('saveTitle')}
        action={t('save')}
        busy={save.isPending}
        onConfirm={() => {
          save.mutate()
        }}
      >
        {users.length === 0 ? t('saveNobody') : t('saveText', { n: users.length })}
      </Confirm>
      <Confirm
        opened={asking === 'delete'}
        close={() => {
          setAsking(undefined)
        }}
        title={t('deleteTitle', {
          name: [template.name, v2 ? version.digest.slice(0, 12) || version.tag : '']
            .filter(Boolean)
            .join(' · '),
        })}
        action={t('delete')}
        danger
        busy={remove.isPending}
        onConfirm={() => {
          remove.mutate()
        }}
      >
        <Text>{t(v2 ? 'deleteText' : 'deleteV1')}</Text>
        {users.length > 0 && (
          <Text mt="xs" c="red">
            {t('users', { n: users.length })}: {t('deleteUsed')}
          </Text>
        )}
      </Confirm>
      {use && (
        <UseTemplate
          template={template}
          version={version}
          close={() => {
            set({})
          }}
        />
      )}
      <Unsaved dirty={changed} lost={common('editor.revertText')} />
    </div>
  )
}
