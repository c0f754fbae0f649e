import { isObject, type Json } from '../model'
import { Pairs } from './Pairs'
import { ValueField } from './ValueField'
import { type Of, isOdd } from './of'

/** Names and their values. */
export function PairsField(of: Of<Json>) {
  if (
    (of.value !== undefined && of.value !== null && !isObject(of.value)) ||
    (isObject(of.value) && Object.values(of.value).some(isOdd))
  )
    return (
      <ValueField
        {...of}
        onChange={(v) => {
          of.onChange(v as Json | undefined)
        }}
      />
    )
  return <Pairs {...of} />
}
