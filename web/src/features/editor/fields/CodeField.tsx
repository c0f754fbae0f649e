import { Box, Input, Skeleton } from '@mantine/core'
import { lazy, Suspense, use, useState } from 'react'
import { OneLine } from '@/components/OneLine'
import { useT } from '@/i18n'
import { inside, PlaceContext, UnreadContext } from '../unread'
import type { Of } from './of'

// The fields that forms are made of. Each shows what is there, whatever it is: an
// expression may stand for anything. Nothing is changed that nobody has touched.

const CodeEditor = lazy(() => import('../ExpressionEditor'))

type Code = Of<unknown> & {
  words?: readonly string[]
  toText: (value: unknown) => string
  toValue: (text: string) => { value: unknown } | { problem: string; at?: number }
}

// While a text is being written it is the text that counts, not what it means: a
// broken one stays as it is until it makes sense again.
export function CodeField({ name, label, help, value, onChange, words, toText, toValue }: Code) {
  const t = useT()
  const { texts, set } = use(UnreadContext)
  const place = inside(use(PlaceContext), name ?? label)
  const broken = texts[place]
  const [written, setWritten] = useState<{ text: string; for: unknown }>()
  const text = broken?.text ?? (written && written.for === value ? written.text : toText(value))
  return (
    <Input.Wrapper
      data-note
      label={label}
      description={help}
      labelElement="div"
      error={
        broken && (
          <OneLine
            text={t('editor.broken', {
              problem: broken.problem === 'notObject' ? t('editor.notObject') : broken.problem,
            })}
          />
        )
      }
    >
      <Box mt={4}>
        <Suspense fallback={<Skeleton height={120} />}>
          <CodeEditor
            value={text}
            form="yaml"
            label={label}
            words={words}
            problem={broken && { message: broken.problem, at: broken.at }}
            onChange={(next) => {
              const parsed = toValue(next)
              if ('problem' in parsed) set(place, { text: next, ...parsed })
              else {
                if (broken) set(place, undefined)
                setWritten({ text: next, for: parsed.value })
                onChange(parsed.value)
              }
            }}
          />
        </Suspense>
      </Box>
    </Input.Wrapper>
  )
}
