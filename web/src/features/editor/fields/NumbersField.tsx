import { numberOrText } from '../schema'
import { TextsField } from './TextsField'
import type { Of } from './of'

/** Numbers in a list, such as status codes. */
export function NumbersField(of: Of<(number | string)[]>) {
  return (
    <TextsField
      {...of}
      onChange={(v) => {
        of.onChange(
          Array.isArray(v)
            ? v.map((x: unknown) => (typeof x === 'string' ? (numberOrText(x) ?? x) : (x as number)))
            : v,
        )
      }}
    />
  )
}
