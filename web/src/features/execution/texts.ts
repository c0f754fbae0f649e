import { featureTexts } from '@/i18n'
import en from '@/i18n/runs.en'
import zh from '@/i18n/runs.zh'

export const useRuns = featureTexts(en, zh)
export type RunsT = ReturnType<typeof useRuns>
