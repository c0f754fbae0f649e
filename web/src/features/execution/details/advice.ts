// What to do about a failure, told from its words. The first that fits is taken:
// they go from the particular to the general.

export const advices = [
  ['registryAuth', /pull access denied|unauthorized: |no basic auth|403 Forbidden.*pull/i],
  [
    'image',
    /ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|can't get its image|manifest unknown/,
  ],
  ['oom', /OOMKilled/],
  ['config', /CreateContainerConfigError|(configmap|secret) "[^"]+" not found/i],
  ['crash', /CrashLoopBackOff|ended with exit code|exited with code|crashes/],
  ['probe', /runs but is not ready|probe failed|Unhealthy/],
  [
    'schedule',
    /can't be scheduled|Insufficient (cpu|memory)|didn't match Pod's node affinity|untolerated taint/i,
  ],
  ['volume', /FailedMount|FailedAttachVolume|unbound immediate PersistentVolumeClaims/],
  ['quota', /exceeded quota|forbidden: .*quota/i],
  ['serviceAccount', /serviceaccount "[^"]+" not found/i],
  ['permission', /is forbidden|Forbidden|not allowed to|may not/],
  ['webhookDenied', /admission webhook .* denied/i],
  ['immutable', /field is immutable/i],
  ['expression', /Failed to evaluate|expression/i],
  ['judgmentStopped', /Judgment to stop|rejected by/i],
  [
    'unreachable',
    /connection refused|no such host|can't be reached|does not answer|network is unreachable|i\/o timeout/i,
  ],
  ['timeout', /not stable after|did not end in time|timed out|timeout/i],
  ['statusCode', /status code [45]\d\d/i],
  ['notFound', /not found|does not exist|no longer there|cannot be located/i],
] as const satisfies readonly (readonly [string, RegExp])[]

export type Advice = (typeof advices)[number][0]

/** Failures before the container of a pod starts: it has no log then. */
const beforeStart: readonly Advice[] = ['registryAuth', 'image', 'config', 'schedule', 'volume']

/** Whether a failed pod can have a log. */
export function mayHaveLog(advice: Advice | undefined): boolean {
  return advice === undefined || !beforeStart.includes(advice)
}

/** What is wrong, as far as a failure's words tell. URLs are skipped: ?timeout=30s is no timeout. */
export function adviceFor(message: string): Advice | undefined {
  const text = message.replace(/\bhttps?:\/\/[^\s"]+/g, '')
  return advices.find(([, words]) => words.test(text))?.[0]
}

export type Named = { name: string; location: string; account: string }

/** The object that a sentence of a deployment is about: 'deployment web' in 'default' for account prod: … */
export function objectIn(message: string): Named | undefined {
  const found = /^'([^']+)' in '([^']*)' for account (\S+): /.exec(message)
  return found?.[1] && found[3] ? { name: found[1], location: found[2] ?? '', account: found[3] } : undefined
}

/** The pod that a sentence names first. */
export function podIn(message: string): string | undefined {
  return /\bpod "([^"]+)"/.exec(message)?.[1]
}
