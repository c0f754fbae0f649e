import { useEffect, useState, type ReactNode } from 'react'

const left = (until: number) => Math.max(0, Math.ceil((until - Date.now()) / 1000))

/** The whole seconds that are left, counting down. */
export function Countdown({ until, children }: { until: number; children: (seconds: number) => ReactNode }) {
  const [seconds, setSeconds] = useState(() => left(until))
  useEffect(() => {
    const timer = setInterval(() => {
      setSeconds(left(until))
    }, 200)
    return () => {
      clearInterval(timer)
    }
  }, [until])
  return children(seconds)
}
