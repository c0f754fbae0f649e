import { useEffect } from 'react'

/** usePageTitle names the browser's tab: the narrowest first. */
export function usePageTitle(...parts: (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Gennaker'].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
