/** Kubernetes' reasons of containers, which people know, and search for, as they are. */
const ofContainers =
  /(BackOff|Error|Killed|NeverPull|ImagePull)$|^(InvalidImageName|RegistryUnavailable|SignatureValidationFailed)$/

/**
 * spaced is a reason that the pages have no text for, such as one of a custom resource,
 * in words: "CanaryAnalysisFailed" is "Canary analysis failed".
 */
export function spaced(reason: string): string {
  if (ofContainers.test(reason)) return reason
  const words = reason.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
  return words
    .split(' ')
    .map((word, i) => (i === 0 || /^[A-Z\d]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ')
}
