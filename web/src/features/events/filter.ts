import type { EventsSearch } from '@/app/search'

/** What the server is asked for; what is left out doesn't matter. */
export type EventFilter = {
  q?: string
  application?: string
  pipelineId?: string
  type?: string
  started?: boolean
}

/** The filter that a URL asks for, within an application if there is one. */
export function filterOf(search: EventsSearch, application = search.application): EventFilter {
  return {
    ...(search.q ? { q: search.q } : {}),
    ...(application ? { application } : {}),
    ...(application && search.pipeline ? { pipelineId: search.pipeline } : {}),
    ...(search.type ? { type: search.type } : {}),
    ...(search.started ? { started: search.started === 'yes' } : {}),
  }
}
