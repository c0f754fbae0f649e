import { featureTexts } from '@/i18n'
import en from '@/i18n/overview.en'
import zh from '@/i18n/overview.zh'

export const useOverview = featureTexts(en, zh)
