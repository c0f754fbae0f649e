import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Failure, RowsLoading } from '@/components/States'
import { Editor } from './Editor'
import { readPipeline } from './save'
import { useStageTypes } from './suggestions'

/** Edits one pipeline. */
export function EditorPage() {
  const { app, id } = useParams({ from: '/applications/$app/pipelines/$id/edit' })
  const types = useStageTypes()
  // Read once: what others save meanwhile must not change what is being written here.
  const pipeline = useQuery({
    queryKey: ['editedPipeline', app, id],
    queryFn: () => readPipeline(app, id),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  })
  const error = types.error ?? pipeline.error
  if (!pipeline.data || !types.data) {
    return (
      <div className="page">
        {error ? (
          <Failure
            error={error}
            retry={() => {
              void types.refetch()
              void pipeline.refetch()
            }}
          />
        ) : (
          <RowsLoading rows={8} />
        )}
      </div>
    )
  }
  return <Editor key={id} app={app} read={pipeline.data} types={types.data} />
}
