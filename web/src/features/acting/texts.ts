import { featureTexts } from '@/i18n'
import en from '@/i18n/acting.en'
import zh from '@/i18n/acting.zh'

export const useActingTexts = featureTexts(en, zh)
