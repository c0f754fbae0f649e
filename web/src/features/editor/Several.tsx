import { Button, Group } from '@mantine/core'
import { IconGitBranch } from '@tabler/icons-react'
import { Empty } from '@/components/States'
import { useT } from '@/i18n'

/** What can be done with several stages at once. */
export function Several({ n, copy, remove }: { n: number; copy: () => void; remove: () => void }) {
  const t = useT()
  return (
    <Empty
      icon={<IconGitBranch size={26} />}
      title={t('editor.several', { n })}
      action={
        <Group gap="xs">
          <Button variant="default" onClick={copy}>
            {t('editor.copyStage')}
          </Button>
          <Button variant="default" color="red" onClick={remove}>
            {t('editor.remove')}
          </Button>
        </Group>
      }
    >
      {t('editor.severalText')}
    </Empty>
  )
}
