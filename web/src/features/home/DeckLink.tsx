import { Alert } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useT } from '@/i18n'

/** Says that a link of Deck's leads nowhere; nothing if there is none. */
export function DeckLink() {
  const t = useT()
  const { deck } = useSearch({ from: '/' })
  const navigate = useNavigate({ from: '/' })
  if (deck === undefined) return null
  return (
    <Alert
      color="yellow"
      p="xs"
      mb="md"
      withCloseButton
      style={{ overflowWrap: 'anywhere' }}
      onClose={() => void navigate({ search: (before) => ({ ...before, deck: undefined }), replace: true })}
    >
      {t('home.deckLink', { link: `#${deck}` })}
    </Alert>
  )
}
