import { Button, Input, Skeleton, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { JsonView } from '@/components/JsonView'
import { Failure } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { read } from '@/lib/texts'
import { changesOf } from './attributes'
import { Clash, saveAttributes } from './save'
import type { PartProps } from './partProps'
import classes from '../Settings.module.css'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

// Written by the server alone.
const fixed = ['name', 'createTs', 'updateTs', 'lastModifiedBy', 'accounts']

/** All attributes as they are stored, those too that nothing here knows, to be seen and edited. */
export function AllAttributes({ app, attributes, changed }: PartProps) {
  const t = useT()
  const ti = useInfraT()
  const queries = useQueryClient()
  const [draft, setDraft] = useState<{ text: string; base: typeof attributes }>()
  const parsed = draft && read(draft.text, 'json')
  const changes = draft && parsed && 'value' in parsed ? changesOf(draft.base, parsed.value) : {}
  for (const key of fixed) Reflect.deleteProperty(changes, key)
  const dirty = Object.keys(changes).length > 0 || (parsed !== undefined && 'problem' in parsed)
  useEffect(() => {
    changed('attributes', dirty)
  }, [dirty, changed])
  const save = useMutation({
    mutationFn: () => saveAttributes(queries, app, draft?.base ?? attributes, changes),
    onSuccess: () => {
      setDraft(undefined)
      notifications.show({ color: 'green', message: t('settings.saved') })
    },
  })
  const broken = parsed && 'problem' in parsed ? parsed : undefined
  return (
    <section className={`card ${classes.part}`} id="attributes" aria-labelledby="attributes-title">
      <Stack gap="sm">
        <Toolbar justify="space-between">
          <Title order={2} id="attributes-title">
            {t('settings.all')}
          </Title>
          {!draft && (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setDraft({ text: JSON.stringify(attributes, undefined, 2), base: attributes })
              }}
            >
              {ti('config.editJson')}
            </Button>
          )}
        </Toolbar>
        {draft ? (
          <>
            <Text size="sm" c="dimmed">
              {ti('config.jsonHelp')}
            </Text>
            <Input.Wrapper
              data-note
              error={
                broken &&
                ti('manifest.broken', {
                  problem: broken.problem === 'notObject' ? ti('manifest.notObject') : broken.problem,
                })
              }
              errorProps={{ role: 'alert' }}
            >
              <Suspense fallback={<Skeleton height={260} />}>
                <CodeEditor
                  form="json"
                  label={t('settings.all')}
                  value={draft.text}
                  onChange={(text) => {
                    save.reset()
                    setDraft({ ...draft, text })
                  }}
                  problem={broken && { message: broken.problem, at: broken.at }}
                />
              </Suspense>
            </Input.Wrapper>
            {save.error instanceof Clash ? (
              <Text role="alert" size="sm" style={{ color: 'var(--bad)' }}>
                {ti('config.clash', {
                  fields: save.error.message,
                  by: save.error.by || ti('config.somebody'),
                })}
              </Text>
            ) : (
              save.isError && <Failure error={save.error} />
            )}
            <Toolbar>
              <Button
                size="xs"
                loading={save.isPending}
                disabled={Object.keys(changes).length === 0}
                onClick={() => {
                  save.mutate()
                }}
              >
                {t('common.save')}
              </Button>
              <Button
                size="xs"
                variant="subtle"
                onClick={() => {
                  setDraft(undefined)
                  save.reset()
                }}
              >
                {ti('config.undo')}
              </Button>
            </Toolbar>
          </>
        ) : (
          <JsonView value={attributes} name={`${app}.json`} />
        )}
      </Stack>
    </section>
  )
}
