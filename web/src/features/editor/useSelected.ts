import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'

const from = '/applications/$app/pipelines/$id/edit'

/** The stages that are selected; one alone is part of the URL. */
export function useSelected() {
  const { stage } = useSearch({ from })
  const navigate = useNavigate({ from })
  const [selected, setSelected] = useState<readonly string[]>(() => (stage ? [stage] : []))
  const select = useCallback(
    (refs: readonly string[]) => {
      setSelected(refs)
      void navigate({
        search: (before) => ({ ...before, stage: refs.length === 1 ? refs[0] : undefined }),
        replace: true,
      })
    },
    [navigate],
  )
  return { selected, select }
}
