import { focusCard, leaves } from './leaving'
import { Side } from './Side'
import { ToSettings } from './ToSettings'
import type { Editor } from './useEditor'
import classes from './Editor.module.css'

/** The column beside the graph. From a stage, Escape leads back to the pipeline's settings. */
export function SidePanel({ editor: e }: { editor: Editor }) {
  const chosen = e.selected.length > 0
  const leave = () => {
    const last = e.selected.at(-1)
    e.select([])
    if (last !== undefined) focusCard(last)
  }
  return (
    <div
      className={classes.side}
      onKeyDown={(event) => {
        if (!chosen || !leaves(event)) return
        event.preventDefault()
        leave()
      }}
    >
      {chosen && <ToSettings go={leave} />}
      <fieldset className={classes.form} disabled={e.locked || (e.templated && e.stage !== undefined)}>
        <Side editor={e} />
      </fieldset>
    </div>
  )
}
