import { detached } from '@/features/templates/model'
import { Guard } from './Guard'
import { textOf } from './model'
import { Settings } from './Settings'
import { Several } from './Several'
import { StagePanel } from './StagePanel'
import { TemplateSection } from './TemplateSection'
import { PlaceContext, stagePlace } from './unread'
import type { Editor } from './useEditor'

/** The panel beside the graph: the selected stage, or the pipeline as a whole. */
export function Side({ editor: e }: { editor: Editor }) {
  const { draft, change, editing, stage, stageId, plan } = e
  return (
    <Guard
      key={stageId}
      toText={() => {
        e.setCode(true)
      }}
    >
      {stage ? (
        <PlaceContext value={stagePlace(stageId)}>
          <StagePanel
            key={stageId}
            id={stageId}
            app={e.app}
            stage={stage}
            stages={e.stages}
            type={e.byType.get(textOf(stage.type))}
            problems={e.problems.get(stageId) ?? []}
            suggest={e.suggest}
            words={e.words}
            change={(next, topic) => {
              editing.changeStage(stageId, next, topic)
            }}
            renumber={() => {
              editing.renumber(stageId)
            }}
            copy={() => {
              editing.paste([stage])
            }}
            remove={() => {
              editing.remove([stageId])
            }}
            close={() => {
              e.select([])
            }}
          />
        </PlaceContext>
      ) : e.selected.length > 1 ? (
        <Several
          n={e.selected.length}
          copy={() => {
            editing.paste(editing.chosen())
          }}
          remove={() => {
            editing.remove(e.selected)
          }}
        />
      ) : (
        <Settings
          pipeline={draft}
          change={change}
          problems={e.problems.get('') ?? []}
          suggest={e.suggest}
          open={e.open}
          setOpen={e.setOpen}
          template={
            e.templated && (
              <TemplateSection
                pipeline={draft}
                change={change}
                problem={plan.error}
                detach={
                  plan.data && !e.locked
                    ? () => {
                        change(detached(draft, plan.data))
                      }
                    : undefined
                }
              />
            )
          }
        />
      )}
    </Guard>
  )
}
