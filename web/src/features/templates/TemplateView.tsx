import { Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Confirm } from '@/components/Confirm'
import { Unsaved } from '@/components/Unsaved'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import type { Json } from '@/lib/json'
import { contentOf, variablesOf, type Template, type Version } from './model'
import { deleteTemplate, saveTemplate, templatedQuery, templateKeys } from './queries'
import { TemplateHead } from './TemplateHead'
import { TemplateText } from './TemplateText'
import { TemplateUsers } from './TemplateUsers'
import { TemplateVariables } from './TemplateVariables'
import { TemplateVersions } from './TemplateVersions'
import { UseTemplate } from './UseTemplate'
import classes from './Templates.module.css'

const from = '/templates/$id'

/** One version of a template: its text, its variables, who uses it, and the other versions. */
export function TemplateView({ template, version }: { template: Template; version: Version }) {
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
      <TemplateHead
        template={template}
        version={version}
        edit={edit}
        changed={changed}
        startEditing={() => {
          set({ edit: true })
        }}
        stopEditing={() => {
          setBody(contentOf(version.body))
          set({})
        }}
        save={() => {
          setAsking('save')
        }}
        remove={() => {
          setAsking('delete')
        }}
        use={() => {
          set({ use: true })
        }}
      />
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
          <TemplateVariables version={version} />
          <TemplateUsers users={users} />
          <TemplateVersions template={template} version={version} />
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
