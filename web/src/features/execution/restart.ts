import { differences } from '@/features/compare/compare'
import type { Json } from '@/lib/json'

// Of a stage's context, what its author has written: the rest is the platform's own,
// and made anew by another run.
const made =
  /^(kato|outputs|deploy|manifest)\.|^(exception|restartDetails|artifacts|optionalArtifacts|requiredArtifacts|messages|stableManifests|failedManifests|jobStatus|jobLogs|completionDetails|propertyFileContents|lastModifiedBy|expressionEvaluationSummary|warnings|events|webhook|statusEndpoint|status|executionId|executionName|judgmentStatus|judgmentInput|judgmentError)$/

/** What of a stage's context can be changed before it is run again. */
export function changeable(context: Json): Json {
  return Object.fromEntries(Object.entries(context).filter(([key]) => !made.test(key)))
}

/** The fields that were changed; those taken away are null, as fields can only be written over. */
export function patchOf(before: Json, after: Json): Json {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    keys
      .filter((key) => differences(before[key], after[key]).length > 0)
      .map((key) => [key, after[key] ?? null]),
  )
}
