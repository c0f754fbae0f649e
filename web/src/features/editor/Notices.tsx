import { Alert, Button, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { isObject, textOf } from './model'
import type { Draft } from './useDraft'
import classes from './Editor.module.css'

type Props = { draft: Draft; locked: boolean; templated: boolean }

/** What somebody must know before they edit: unsaved changes from before, a lock, a template. */
export function Notices({ draft: d, locked, templated }: Props) {
  const { t, language } = useI18n()
  const lock = d.saved['locked']
  return (
    <>
      {d.left && (
        <Notice color="yellow">
          <Group gap="sm">
            <Text size="sm">
              {t(d.leftBehind ? 'editor.leftBehind' : 'editor.left', { time: moment(d.left.at, language) })}
            </Text>
            <Button size="compact-sm" onClick={d.restoreLeft}>
              {t('editor.restoreLeft')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={d.dropLeft}>
              {t('editor.dropLeft')}
            </Button>
          </Group>
        </Notice>
      )}
      {!d.kept && <Notice color="red">{t('editor.notKept')}</Notice>}
      {locked && (
        <Notice color="gray">
          {t('editor.lockedText')} {isObject(lock) && textOf(lock['description'])}
        </Notice>
      )}
      {templated && <Notice color="blue">{t('editor.templated')}</Notice>}
    </>
  )
}

function Notice({ color, children }: { color: string; children: ReactNode }) {
  return (
    <Alert color={color} radius={0} py="xs" px="var(--inset)" className={classes.notice}>
      {children}
    </Alert>
  )
}
