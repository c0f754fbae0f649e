import { numberOrText } from '../schema'
import { Line } from './Line'
import { ValueField } from './ValueField'
import { type Of, isOdd } from './of'

export function NumberField(of: Of<number | string> & { unit?: string; placeholder?: string }) {
  if (isOdd(of.value))
    return (
      <ValueField
        {...of}
        onChange={(v) => {
          of.onChange(v as number | undefined)
        }}
      />
    )
  return (
    <Line
      {...of}
      numeric
      onChange={(v) => {
        of.onChange(numberOrText(v ?? ''))
      }}
    />
  )
}
