import { featureTexts } from '@/i18n'
import en from '@/i18n/compare.en'
import zh from '@/i18n/compare.zh'

export const useCompare = featureTexts(en, zh)
export type CompareT = ReturnType<typeof useCompare>
