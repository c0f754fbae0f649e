import { featureTexts } from '@/i18n'
import en from '@/i18n/findRuns.en'
import zh from '@/i18n/findRuns.zh'

export const useRunTexts = featureTexts(en, zh)
