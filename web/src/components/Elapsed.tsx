import { elapsed, span } from '@/lib/format'
import { useTimed } from '@/lib/now'

/** How long something took, counting on while it runs. */
export function Elapsed({ of }: { of: { startTime?: number; endTime?: number } }) {
  const text = useTimed(
    (now) => {
      const ms = elapsed(of, now)
      return ms === undefined ? '' : span(ms)
    },
    of.startTime !== undefined && of.endTime === undefined,
  )
  return (
    <span className="num" style={{ whiteSpace: 'nowrap' }}>
      {text}
    </span>
  )
}
