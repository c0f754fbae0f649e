import { Input, SegmentedControl, Skeleton } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { OneLine } from '@/components/OneLine'
import { useT } from '@/i18n'
import type { Json } from '@/lib/json'
import { read, write, type Form } from '@/lib/texts'
import classes from './Templates.module.css'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

/** A template as text, to be read or, where somebody listens, to be written. */
export function TemplateText({
  value,
  label,
  onChange,
  words,
  low,
}: {
  low?: boolean
  value: Json
  label: string
  onChange?: (value: Json | undefined) => void
  words?: readonly string[]
}) {
  const t = useT()
  const [form, setForm] = useState<Form>('yaml')
  const [written, setWritten] = useState<{
    text: string
    form: Form
    for: Json
    problem?: string
    at?: number
  }>()
  const mine =
    written && written.form === form && (written.problem !== undefined || written.for === value)
      ? written
      : undefined
  const problem = mine?.problem === 'notObject' ? t('editor.notObject') : mine?.problem
  return (
    <Input.Wrapper data-note error={problem && <OneLine text={t('editor.broken', { problem })} />}>
      <SegmentedControl
        size="xs"
        mb={6}
        style={{ justifySelf: 'start' }}
        value={form}
        aria-label={t('editor.form')}
        data={[
          { value: 'yaml', label: 'YAML' },
          { value: 'json', label: 'JSON' },
        ]}
        onChange={(v) => {
          setForm(v === 'json' ? 'json' : 'yaml')
        }}
        disabled={problem !== undefined}
      />
      <div className={classes.text} data-low={low || undefined}>
        <Suspense fallback={<Skeleton height="100%" radius={0} />}>
          <CodeEditor
            fill
            form={form}
            label={label}
            value={mine?.text ?? write(value, form)}
            words={words}
            problem={problem ? { message: problem, at: mine?.at } : undefined}
            onChange={
              onChange &&
              ((text) => {
                const parsed = read(text, form)
                if ('problem' in parsed) {
                  setWritten({ text, form, for: value, ...parsed })
                  onChange(undefined)
                } else {
                  setWritten({ text, form, for: parsed.value })
                  onChange(parsed.value)
                }
              })
            }
          />
        </Suspense>
      </div>
    </Input.Wrapper>
  )
}
