import { Button, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { keys } from '@/api/queries'
import { Fields } from '@/components/Fields'
import { Failure } from '@/components/States'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import type { Json } from '@/lib/json'
import { same } from './attributes'
import { Clash, saveAttributes } from './save'
import classes from '../Settings.module.css'

type Props<V> = {
  id: string
  app: string
  title: string
  help?: string
  attributes: Json
  read: (attributes: Json) => V
  write: (value: V, before: Json) => Json
  problem?: (value: V) => string | undefined
  /** Told whether there is something to save. */
  changed: (id: string, dirty: boolean) => void
  children: (value: V, set: (more: Partial<V> | V) => void) => ReactNode
}

/** A part of the settings, saved by itself. */
export function Section<V extends object>({
  id,
  app,
  title,
  help,
  attributes,
  read,
  write,
  problem,
  changed,
  children,
}: Props<V>) {
  const t = useT()
  const ti = useInfraT()
  const queries = useQueryClient()
  // What is edited is held against what it was when it was begun.
  const [draft, setDraft] = useState<{ value: V; base: Json }>()
  const base = draft?.base ?? attributes
  const value = draft?.value ?? read(attributes)
  const dirty = draft !== undefined && !same(write(draft.value, base), write(read(base), base))
  useEffect(() => {
    changed(id, dirty)
  }, [id, dirty, changed])
  const save = useMutation({
    mutationFn: () => saveAttributes(queries, app, base, write(value, base)),
    onSuccess: () => {
      setDraft(undefined)
      notifications.show({ color: 'green', message: t('settings.saved') })
    },
  })
  const set = (more: Partial<V> | V) => {
    save.reset()
    setDraft({ value: Array.isArray(value) ? (more as V) : { ...value, ...more }, base })
  }
  const wrong = problem?.(value)
  const clash = save.error instanceof Clash ? save.error : undefined
  const resolve = (mine: boolean) => {
    void queries.invalidateQueries({ queryKey: keys.application(app) })
    setDraft(mine && clash ? { value, base: clash.now } : undefined)
    save.reset()
  }
  return (
    <section className={`card ${classes.part}`} id={id} aria-labelledby={`${id}-title`}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          if (dirty && !wrong) save.mutate()
        }}
      >
        <Fields gap="sm">
          <div>
            <Title order={2} id={`${id}-title`}>
              {title}
            </Title>
            {help && (
              <Text size="sm" c="dimmed" mt={2}>
                {help}
              </Text>
            )}
          </div>
          {children(value, set)}
          {clash ? (
            <div role="alert" className={classes.clash}>
              <Text size="sm" style={{ flex: '1 1 220px' }}>
                {ti('config.clash', { fields: clash.message, by: clash.by || ti('config.somebody') })}
              </Text>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  resolve(false)
                }}
              >
                {ti('config.theirs')}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  resolve(true)
                }}
              >
                {ti('config.mine')}
              </Button>
            </div>
          ) : (
            save.isError && <Failure error={save.error} />
          )}
          <Toolbar gap="xs">
            <Button type="submit" size="xs" loading={save.isPending} disabled={!dirty || wrong !== undefined}>
              {t('common.save')}
            </Button>
            {dirty && (
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
            )}
            {wrong && dirty && (
              <Text role="alert" size="sm" style={{ color: 'var(--bad)' }}>
                {wrong}
              </Text>
            )}
          </Toolbar>
        </Fields>
      </form>
    </section>
  )
}
