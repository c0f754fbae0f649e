import { useMemo, useState, type ComponentProps } from 'react'
import CodeEditor from '@/components/CodeEditor'
import { useWords } from './run'

type Props = Omit<ComponentProps<typeof CodeEditor>, 'onExpression'>

/** A text editor that completes expressions, also with what the run has that is looked at. */
export default function ExpressionEditor({ words, ...props }: Props) {
  const [asked, setAsked] = useState(false)
  const more = useWords(asked)
  const all = useMemo(() => [...new Set([...(words ?? []), ...more])], [words, more])
  return (
    <CodeEditor
      {...props}
      words={all}
      onExpression={() => {
        setAsked(true)
      }}
    />
  )
}
