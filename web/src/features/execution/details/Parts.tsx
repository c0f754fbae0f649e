import { Anchor } from '@mantine/core'
import { useState } from 'react'
import { useRuns } from '../texts'
import classes from './details.module.css'
import { Next } from './Next'
import { Words } from './Words'

const most = 5

/** What failed in a stage, object by object, each with what can be done about it. */
export function Parts({ app, parts }: { app: string; parts: readonly string[] }) {
  const r = useRuns()
  const [all, setAll] = useState(false)
  const shown = all ? parts : parts.slice(0, most)
  return (
    <>
      {shown.map((text, i) => (
        <div key={i} className={classes.part}>
          <Words text={text} />
          <Next app={app} message={text} />
        </div>
      ))}
      {parts.length > most && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          className="no-print"
          onClick={() => {
            setAll(!all)
          }}
        >
          {all ? r('failed.fewer') : r('failed.others', { n: parts.length - most })}
        </Anchor>
      )}
    </>
  )
}
