import { useQuery } from '@tanstack/react-query'
import { executionQuery } from '@/api/queries'
import { Dialog } from '@/components/Dialog'
import { Failure, RowsLoading } from '@/components/States'
import { objectOf } from '@/lib/json'
import { useStart } from './texts'
import { type StartProps, StartForm } from './StartForm'

/** Starts a pipeline with what it asks for; like an earlier execution where one is named. */
export function StartPipeline(props: StartProps) {
  const s = useStart()
  const { like } = props
  const earlier = useQuery({ ...executionQuery(like ?? ''), enabled: like !== undefined })
  return (
    <Dialog close={props.close} title={s('title', { name: props.pipeline.name ?? '' })}>
      {like !== undefined && earlier.isPending ? (
        <RowsLoading rows={3} />
      ) : earlier.error ? (
        <Failure error={earlier.error} />
      ) : (
        <StartForm
          key={like}
          {...props}
          earlier={earlier.data ? objectOf(earlier.data.trigger) : undefined}
        />
      )}
    </Dialog>
  )
}
