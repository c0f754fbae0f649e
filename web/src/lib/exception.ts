/** The sentences in an exception as Spinnaker's stages have it. */
export function messagesOf(exception: unknown): string[] {
  if (typeof exception !== 'object' || exception === null) return []
  const details = (exception as { details?: unknown }).details
  if (typeof details !== 'object' || details === null) return []
  const { errors, error } = details as { errors?: unknown; error?: unknown }
  const texts = (Array.isArray(errors) ? errors : []).filter(
    (e): e is string => typeof e === 'string' && e !== '',
  )
  if (texts.length > 0) return texts
  return typeof error === 'string' ? [error] : []
}

/** What an exception says, as one text; undefined if it says nothing. */
export function messageOf(exception: unknown): string | undefined {
  const texts = messagesOf(exception)
  return texts.length > 0 ? texts.join('\n') : undefined
}
