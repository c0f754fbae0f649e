import { useMemo } from 'react'
import { useGraphTexts } from './texts'

/** useGraphLabels is the names and tooltips of the buttons that every graph has, in the reader's language. */
export function useGraphLabels() {
  const g = useGraphTexts()
  return useMemo(
    () => ({
      'controls.ariaLabel': g('view'),
      'controls.zoomIn.ariaLabel': g('zoomIn'),
      'controls.zoomOut.ariaLabel': g('zoomOut'),
      'controls.fitView.ariaLabel': g('fit'),
    }),
    [g],
  )
}
