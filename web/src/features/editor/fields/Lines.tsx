import { Textarea } from '@mantine/core'
import { ExpressionHint } from '../ExpressionHint'
import { textOf } from '../model'
import type { Text } from './TextField'

export function Lines({ label, help, value, onChange, required, placeholder, lines }: Text) {
  const text = textOf(value)
  return (
    <div>
      <Textarea
        label={label}
        description={help}
        value={text}
        placeholder={placeholder}
        required={required}
        withAsterisk={required}
        autoComplete="off"
        autosize
        minRows={lines}
        maxRows={14}
        onChange={(e) => {
          onChange(e.currentTarget.value === '' ? undefined : e.currentTarget.value)
        }}
      />
      <ExpressionHint text={text} />
    </div>
  )
}
