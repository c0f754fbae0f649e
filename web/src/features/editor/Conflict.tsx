import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Dialog } from '@/components/Dialog'
import { DialogFoot } from '@/components/DialogFoot'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import { textOf, type Json } from './model'
import { contentOf, savedAt } from './save'
import { write } from '@/lib/texts'

const DiffView = lazy(() => import('@/components/DiffView'))

type Props = {
  mine: Json
  theirs: Json
  busy: boolean
  close: () => void
  keepMine: () => void
  takeTheirs: () => void
}

/** Two people have changed one pipeline: nobody's work goes without being seen. */
export function Conflict({ mine, theirs, busy, close, keepMine, takeTheirs }: Props) {
  const { t, language } = useI18n()
  const at = savedAt(theirs)
  return (
    <Dialog close={close} size={1100} title={t('editor.conflict')}>
      <Stack gap="sm">
        <Text>
          {t('editor.conflictText', {
            user: textOf(theirs['lastModifiedBy']) || t('editor.someone'),
            time: at ? moment(at, language) : '?',
          })}
        </Text>
        <Group justify="space-between">
          <Text size="xs" fw={600} c="dimmed">
            {t('editor.theirs')}
          </Text>
          <Text size="xs" fw={600} c="dimmed">
            {t('editor.mine')}
          </Text>
        </Group>
        <Suspense fallback={<Skeleton height={260} />}>
          <DiffView
            before={write(contentOf(theirs), 'yaml')}
            after={write(contentOf(mine), 'yaml')}
            label={t('editor.differences')}
          />
        </Suspense>
        <DialogFoot>
          <Button variant="subtle" onClick={close}>
            {t('editor.goOnEditing')}
          </Button>
          <Button variant="default" onClick={takeTheirs}>
            {t('editor.takeTheirs')}
          </Button>
          <Button color="red" loading={busy} onClick={keepMine}>
            {t('editor.keepMine')}
          </Button>
        </DialogFoot>
      </Stack>
    </Dialog>
  )
}
