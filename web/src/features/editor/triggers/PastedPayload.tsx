import { Textarea, TextInput } from '@mantine/core'
import { useTriggerTexts } from './texts'

type Props = {
  body: string
  setBody: (body: string) => void
  /** How the Git host names the event; undefined if the payload says all. */
  name: string | undefined
  setName: (name: string) => void
}

/** What a webhook could bring. */
export function PastedPayload({ body, setBody, name, setName }: Props) {
  const w = useTriggerTexts()
  return (
    <>
      {name !== undefined && (
        <TextInput
          label={w('try.gitEvent')}
          value={name}
          onChange={(e) => {
            setName(e.currentTarget.value)
          }}
        />
      )}
      <Textarea
        label={w('try.payload')}
        description={w('try.unsigned')}
        value={body}
        autosize
        minRows={6}
        maxRows={16}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        onChange={(e) => {
          setBody(e.currentTarget.value)
        }}
      />
    </>
  )
}
