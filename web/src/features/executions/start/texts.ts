import { featureTexts } from '@/i18n'
import en from '@/i18n/start.en'
import zh from '@/i18n/start.zh'

export const useStart = featureTexts(en, zh)
