// What the queries of Deck's URLs say, in the words of the pages here.

/** Deck's filters of runs, as far as the page has them. */
export function runsOf(query: URLSearchParams): Record<string, string> {
  const statuses = new Set(listOf(query.get('status')).map((s) => filterOf[s]))
  const waits = query.get('awaitingJudgement') === 'true'
  const pipelines = listOf(query.get('pipeline'))
  return given({
    q: query.get('q'),
    pipeline: pipelines.length === 1 ? pipelines[0] : undefined,
    status: waits ? 'waiting' : statuses.size === 1 ? [...statuses][0] : undefined,
    start: query.get('startManualExecution'),
  })
}

const filterOf: Record<string, string> = {
  RUNNING: 'active',
  NOT_STARTED: 'active',
  PAUSED: 'active',
  SUSPENDED: 'active',
  BUFFERED: 'active',
  SUCCEEDED: 'succeeded',
  TERMINAL: 'failed',
  STOPPED: 'failed',
  CANCELED: 'canceled',
}

/** The stage that a link to a run is about: by its id, its refId, or its place in Deck's list. */
export function stageOf(query: URLSearchParams): Record<string, string> {
  const named = query.get('stageId') ?? query.get('refId')
  const place = [query.get('stage'), query.get('subStage')].filter((n) => n && /^\d+$/.test(n)).join('.')
  return given({
    ...(named ? { stage: named } : { nth: place }),
    tab: query.get('details') === 'taskStatus' ? 'tasks' : undefined,
  })
}

/** The values of Deck's lists, in which a comma stands for itself as "%2c". */
function listOf(text: string | null): string[] {
  return (text ?? '').split(',').flatMap((value) => (value ? [value.replace(/%2c/g, ',')] : []))
}

/** A search without what is not there. */
export function given(search: Record<string, string | null | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
}
