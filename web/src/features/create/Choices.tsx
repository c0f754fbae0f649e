import { Radio } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import classes from './NewApplication.module.css'

type Choice<T> = { value: T; label: string; help: string; icon: Icon }

/** One of some things that need a word of explanation each. */
export function Choices<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: T
  choices: readonly Choice<T>[]
  onChange: (value: T) => void
}) {
  return (
    <Radio.Group
      aria-label={label}
      value={value}
      onChange={(v) => {
        const c = choices.find((x) => x.value === v)
        if (c) onChange(c.value)
      }}
    >
      <div className={classes.choices}>
        {choices.map((c) => (
          <Radio.Card key={c.value} value={c.value} className={classes.choice} aria-label={c.label}>
            <c.icon size={20} stroke={1.7} aria-hidden />
            <span>
              <span className={classes.choiceName}>{c.label}</span>
              <span className={classes.choiceHelp}>{c.help}</span>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}
