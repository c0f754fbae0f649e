import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useT } from '@/i18n'
import type { Problem } from './problems'

type Props = {
  problems: readonly Problem[]
  /** Gives the stage a refId of its own, if it shares one with another. */
  renumber?: () => void
}

/** What is wrong with a stage. */
export function StageProblems({ problems, renumber }: Props) {
  const t = useT()
  if (problems.length === 0) return null
  return (
    <Alert
      color={problems.some((p) => p.severity === 'error') ? 'red' : 'yellow'}
      icon={<IconAlertTriangle size={16} />}
      mb="sm"
      p="xs"
    >
      {problems.map((p) => (
        <Text key={p.path + p.message} size="sm">
          {p.message}
        </Text>
      ))}
      {renumber && (
        <Button size="compact-xs" variant="default" mt={6} onClick={renumber}>
          {t('editor.renumber')}
        </Button>
      )}
    </Alert>
  )
}
