import { Anchor, Text } from '@mantine/core'
import { useState } from 'react'
import { useRuns } from '../texts'
import { withoutSecretsIn } from '@/lib/secrets'
import classes from './details.module.css'

const long = 400

/** The words of a failure, with the raw message when asked for. */
export function Words({ text: raw }: { text: string }) {
  const r = useRuns()
  const text = withoutSecretsIn(raw)
  const [whole, setWhole] = useState(false)
  const folded = text.length > long && !whole
  return (
    <>
      <Text className={classes.message} data-folded={folded || undefined}>
        {text}
      </Text>
      {text.length > long && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          className="no-print"
          onClick={() => {
            setWhole(!whole)
          }}
        >
          {r(whole ? 'less' : 'more')}
        </Anchor>
      )}
    </>
  )
}
