import { Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { IconButton } from '@/components/IconButton'
import { useGraphTexts } from './texts'
import classes from './GraphTools.module.css'

export type Findable = { id: string; name: string }

/** Finds cards of a graph by their names; Enter goes to the next match, Shift+Enter to the one before. */
export function FindStage({ cards, goTo }: { cards: readonly Findable[]; goTo: (id: string) => void }) {
  const g = useGraphTexts()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(-1)
  const words = query.trim().toLowerCase()
  const found = words === '' ? [] : cards.filter((c) => c.name.toLowerCase().includes(words))
  const step = (by: number) => {
    if (found.length === 0) return
    const next = (at + by + found.length) % found.length
    setAt(next)
    const card = found[next]
    if (card) goTo(card.id)
  }
  return (
    <search className={classes.find}>
      <TextInput
        size="xs"
        leftSection={<IconSearch size={14} aria-hidden />}
        placeholder={g('find')}
        aria-label={g('find')}
        value={query}
        onChange={(e) => {
          setQuery(e.currentTarget.value)
          setAt(-1)
        }}
        onKeyDown={(e) => {
          // The graph around listens to keys too: Delete would take the selected stage away.
          e.stopPropagation()
          if (e.key === 'Enter') step(e.shiftKey ? (at < 0 ? 0 : -1) : 1)
          else if (e.key === 'Escape') setQuery('')
        }}
      />
      {words !== '' && (
        <>
          <Text size="xs" c="dimmed" role="status" className={classes.count}>
            {found.length === 0 ? g('noneFound') : g('found', { at: at + 1, of: found.length })}
          </Text>
          <IconButton
            size="md"
            variant="subtle"
            label={g('previous')}
            disabled={found.length === 0}
            onClick={() => {
              step(at < 0 ? 0 : -1)
            }}
          >
            <IconChevronUp size={15} />
          </IconButton>
          <IconButton
            size="md"
            variant="subtle"
            label={g('next')}
            disabled={found.length === 0}
            onClick={() => {
              step(1)
            }}
          >
            <IconChevronDown size={15} />
          </IconButton>
        </>
      )}
    </search>
  )
}
