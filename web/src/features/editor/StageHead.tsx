import { Text } from '@mantine/core'
import { IconCopy, IconTrash, IconX } from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { useT } from '@/i18n'
import { useStageTypeName } from '@/stages'
import { StageIcon } from './StageIcon'
import type { StageType } from './stageKinds'
import classes from './Panel.module.css'

type Props = {
  /** The name of the stage's type. */
  name: string
  type: StageType | undefined
  copy: () => void
  remove: () => void
  close: () => void
}

/** The type of the stage that the panel shows, and what can be done with the stage. */
export function StageHead({ name, type, copy, remove, close }: Props) {
  const t = useT()
  const label = useStageTypeName()(name)
  return (
    <header className={classes.head}>
      <StageIcon name={name} type={type} />
      <div className={classes.title}>
        <Text fw={600} className="cut">
          {label === name ? (type?.label ?? name) : label}
        </Text>
        <Text size="xs" c="dimmed" className="cut" title={type?.description}>
          {type?.description ?? t('editor.unknownType')}
        </Text>
      </div>
      <IconButton label={t('editor.copyStage')} onClick={copy}>
        <IconCopy size={16} />
      </IconButton>
      <IconButton label={t('editor.removeStage')} onClick={remove}>
        <IconTrash size={16} />
      </IconButton>
      <IconButton label={t('common.close')} onClick={close}>
        <IconX size={16} />
      </IconButton>
    </header>
  )
}
