import { featureTexts } from '@/i18n'
import en from '@/i18n/judgment.en'
import zh from '@/i18n/judgment.zh'

export const useJudgmentTexts = featureTexts(en, zh)
