import { spotlight } from '@mantine/spotlight'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'

/** A link to a search opens it with what it looks for. The result is what to do when the search is closed. */
export function useFind(setQuery: (query: string) => void): () => void {
  const { find } = useSearch({ strict: false })
  const navigate = useNavigate()
  useEffect(() => {
    if (find === undefined) return
    setQuery(find)
    spotlight.open()
  }, [find, setQuery])
  return () => {
    if (find !== undefined)
      void navigate({ to: '.', search: (before: object) => ({ ...before, find: undefined }), replace: true })
  }
}
