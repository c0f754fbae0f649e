import { useMemo } from 'react'
import { pretty } from '@/lib/pretty'
import { TextView } from './TextView'

/** A value as indented JSON, to be read, copied and kept. Of a very large one the beginning is shown, and all is copied. */
export function JsonView({ value, name, most }: { value: unknown; name: string; most?: number }) {
  const text = useMemo(() => pretty(value), [value])
  return <TextView text={text} name={name} most={most} />
}
