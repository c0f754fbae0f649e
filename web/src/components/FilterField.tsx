import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState, type CSSProperties } from 'react'

type Props = {
  label: string
  /** What is looked for, as the URL has it. */
  value: string | undefined
  change: (value: string | undefined) => void
  style?: CSSProperties
}

// Between two keys of somebody who types; a list is filtered when they pause.
const pause = 120

/** A text that a list is filtered by. It answers each key at once, and the list follows. */
export function FilterField({ label, value = '', change, style }: Props) {
  const [typed, setTyped] = useState(value)
  const [shown, setShown] = useState(value)
  const commit = useDebouncedCallback((text: string, page: string) => {
    // Whoever has followed a link meanwhile isn't brought back.
    if (page !== window.location.pathname) return
    setShown(text)
    change(text || undefined)
  }, pause)
  // The URL may come to say something else than what was typed: a link, a step back.
  if (value !== shown) {
    setShown(value)
    setTyped(value)
  }
  return (
    <TextInput
      leftSection={<IconSearch size={15} />}
      placeholder={label}
      aria-label={label}
      value={typed}
      style={style}
      onChange={(e) => {
        setTyped(e.currentTarget.value)
        commit(e.currentTarget.value, window.location.pathname)
      }}
    />
  )
}
