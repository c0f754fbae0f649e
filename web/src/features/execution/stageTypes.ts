import type { Key, Translate } from '@/i18n'

const known = [
  'deployManifest',
  'wait',
  'manualJudgment',
  'checkPreconditions',
  'scaleManifest',
  'deleteManifest',
  'patchManifest',
  'undoRolloutManifest',
  'rollingRestartManifest',
  'enableManifest',
  'disableManifest',
  'findArtifactsFromResource',
  'findArtifactFromExecution',
  'bakeManifest',
  'bake',
  'pipeline',
  'webhook',
  'evaluateVariables',
  'runJobManifest',
  'runJob',
  'script',
  'group',
  'bindArtifacts',
  'waitForCondition',
  'jenkins',
  'savePipelinesFromArtifact',
  'resolveTargetManifest',
  'cleanupArtifacts',
  'pauseRolloutManifest',
  'resumeRolloutManifest',
]

/** A stage type in words; of a type that has none here, its own name. */
export function stageTypeName(t: Translate, type: string | undefined): string {
  return type && known.includes(type) ? t(`stageType.${type}` as Key) : (type ?? '')
}
