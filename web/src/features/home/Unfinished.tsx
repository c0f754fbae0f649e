import { Alert, Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '@/i18n'

/** The name of the application that somebody was making in this session, as its page keeps it. */
function unfinished(): string {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem('gennaker.new') ?? '{}')
    return typeof kept === 'object' && kept !== null && 'name' in kept && typeof kept.name === 'string'
      ? kept.name.trim()
      : ''
  } catch {
    return ''
  }
}

/** The way back to an application that is half made; nothing where none is. */
export function Unfinished() {
  const t = useT()
  const [name, setName] = useState(unfinished)
  if (name === '') return null
  return (
    <Alert
      color="blue"
      p="xs"
      mb="md"
      withCloseButton
      onClose={() => {
        sessionStorage.removeItem('gennaker.new')
        setName('')
      }}
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t('home.unfinished', { name })}</Text>
        <Button
          size="compact-sm"
          renderRoot={(props) => <Link {...props} to="/new" search={{ step: 'preview' }} />}
        >
          {t('home.goOn')}
        </Button>
      </Group>
    </Alert>
  )
}
