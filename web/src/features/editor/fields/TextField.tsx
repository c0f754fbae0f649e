import { Line } from './Line'
import { Lines } from './Lines'
import { ValueField } from './ValueField'
import { type Of, isOdd } from './of'

export type Text = Of<string> & { placeholder?: string; choices?: readonly string[]; lines?: number }

export function TextField(of: Text) {
  if (isOdd(of.value))
    return (
      <ValueField
        name={of.name}
        label={of.label}
        help={of.help}
        value={of.value}
        onChange={(v) => {
          of.onChange(v as string | undefined)
        }}
      />
    )
  return of.lines ? <Lines {...of} /> : <Line {...of} />
}
