import { featureTexts } from '@/i18n'
import english from '@/i18n/reasons.en'
import chinese from '@/i18n/reasons.zh'
import { spaced } from '@/lib/reason'

const useTexts = featureTexts(english, chinese)
const init = 'Init:'

const isKnown = (reason: string): reason is keyof typeof english => Object.hasOwn(english, reason)

/** useReason is a reason of the API in words: "RolloutPaused" is "Rollout paused". */
export function useReason(): (reason: string) => string {
  const t = useTexts()
  const inWords = (reason: string): string =>
    reason.startsWith(init)
      ? t('init', { reason: inWords(reason.slice(init.length)) })
      : isKnown(reason)
        ? t(reason)
        : spaced(reason)
  return inWords
}
