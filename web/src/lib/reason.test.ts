import { expect, test } from 'vitest'
import { spaced } from './reason'

test.each([
  ['CanaryAnalysisFailed', 'Canary analysis failed'],
  ['Unknown', 'Unknown'],
  ['TLSSecretMissing', 'TLS secret missing'],
  ['NoDNSRecord', 'No DNS record'],
  ['Replicas2Missing', 'Replicas2 missing'],
  ['already in words', 'already in words'],
  ['CrashLoopBackOff', 'CrashLoopBackOff'],
  ['ErrImagePull', 'ErrImagePull'],
  ['OOMKilled', 'OOMKilled'],
  ['CreateContainerConfigError', 'CreateContainerConfigError'],
])('%s', (reason, words) => {
  expect(spaced(reason)).toBe(words)
})
