/** The sentence in an exception as Spinnaker's stages have it. */
export function messageOf(exception: unknown): string | undefined {
  if (typeof exception !== 'object' || exception === null) return undefined
  const details = (exception as { details?: unknown }).details
  if (typeof details !== 'object' || details === null) return undefined
  const { errors, error } = details as { errors?: unknown; error?: unknown }
  const texts = (Array.isArray(errors) ? errors : []).filter(
    (e): e is string => typeof e === 'string' && e !== '',
  )
  if (texts.length > 0) return texts.join('\n')
  return typeof error === 'string' ? error : undefined
}
