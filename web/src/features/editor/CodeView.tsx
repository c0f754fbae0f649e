import { Button, SegmentedControl, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { use, useState } from 'react'
import { useT } from '@/i18n'
import CodeEditor from './ExpressionEditor'
import type { Json } from './model'
import { read, write, type Form } from '@/lib/texts'
import { inside, UnreadContext } from './unread'
import classes from './CodeView.module.css'

type Written = { form: Form; text: string; for: Json }

/** The whole pipeline as JSON and YAML, side by side: what is written in one is read in the other. */
export default function CodeView({
  pipeline,
  change,
  words,
  locked,
}: {
  pipeline: Json
  change: (next: Json) => void
  words: readonly string[]
  locked: boolean
}) {
  const t = useT()
  const narrow = useMediaQuery('(max-width: 62em)', true)
  const { texts, set } = use(UnreadContext)
  const [form, setForm] = useState<Form>(() => (texts[inside('code', 'json')] ? 'json' : 'yaml'))
  const [written, setWritten] = useState<Written>()
  const edit = (of: Form) => (text: string) => {
    const parsed = read(text, of)
    if ('problem' in parsed) set(inside('code', of), { text, ...parsed })
    else {
      set(inside('code', of), undefined)
      setWritten({ form: of, text, for: parsed.value })
      change(parsed.value)
    }
  }
  const shown: Form[] = narrow ? [form] : ['json', 'yaml']
  return (
    <div className={classes.view}>
      {shown.map((of) => {
        // What is being written stands as it is as long as it says what the pipeline says, or nothing at all.
        const broken = texts[inside('code', of)]
        const mine = broken ?? (written?.form === of && written.for === pipeline ? written : undefined)
        const problem = broken?.problem === 'notObject' ? t('editor.notObject') : broken?.problem
        return (
          <div key={of} className={classes.side}>
            <div className={classes.head}>
              {narrow ? (
                <SegmentedControl
                  size="xs"
                  value={form}
                  onChange={(v) => {
                    setForm(v === 'json' ? 'json' : 'yaml')
                  }}
                  data={[
                    { value: 'yaml', label: 'YAML' },
                    { value: 'json', label: 'JSON' },
                  ]}
                  aria-label={t('editor.form')}
                />
              ) : (
                <Text size="xs" fw={600} c="dimmed">
                  {of.toUpperCase()}
                </Text>
              )}
            </div>
            <div className={classes.text}>
              <CodeEditor
                fill
                form={of}
                label={of.toUpperCase()}
                value={mine?.text ?? write(pipeline, of)}
                onChange={locked ? undefined : edit(of)}
                words={words}
                problem={problem ? { message: problem, at: broken?.at } : undefined}
              />
            </div>
            {problem && (
              <div className={classes.problem} role="alert">
                <IconAlertTriangle size={15} aria-hidden /> {t('editor.broken', { problem })}
                {broken && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    ml="auto"
                    onClick={() => {
                      set(inside('code', of), undefined)
                    }}
                  >
                    {t('editor.dropText')}
                  </Button>
                )}
              </div>
            )}
          </div>
        )
      })}
    </div>
  )
}
