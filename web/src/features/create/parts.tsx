import { Radio, SegmentedControl, Text, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './NewApplication.module.css'

// What the steps are made of.

/** A part of a step, in a card. */
export function Part({ title, help, children }: { title: string; help?: ReactNode; children: ReactNode }) {
  return (
    <section className={`card ${classes.card}`} aria-label={title} style={{ marginBottom: 14 }}>
      <div className={classes.head}>
        <Title order={2} fz="lg">
          {title}
        </Title>
        {help && (
          <Text size="sm" c="dimmed" mt={2}>
            {help}
          </Text>
        )}
      </div>
      {children}
    </section>
  )
}

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

/** One of a few short words. */
export function Segments<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: T
  choices: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      data={choices.map((c) => ({ value: c.value, label: c.label }))}
      style={{ alignSelf: 'flex-start', maxWidth: '100%' }}
      onChange={(v) => {
        const c = choices.find((x) => x.value === v)
        if (c) onChange(c.value)
      }}
    />
  )
}
