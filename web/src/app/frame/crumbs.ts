/** What a path says of where it is; values are as in the path, decoded. */
export type Where = { app?: string; pipelineId?: string; runId?: string; edits?: boolean }

/** crumbsOf reads the way to a page from its path, below the interface's own. */
export function crumbsOf(path: string): Where {
  const [, area, app, section, id, what] = path.split('/').map(decoded)
  if (area !== 'applications' || !app) return {}
  if (id && section === 'pipelines') return { app, pipelineId: id, ...(what === 'edit' && { edits: true }) }
  if (id && section === 'executions') return { app, runId: id }
  return { app }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
