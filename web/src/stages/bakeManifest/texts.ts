import { featureTexts } from '@/i18n'
import en from '@/i18n/bake.en'
import zh from '@/i18n/bake.zh'

export const useBake = featureTexts(en, zh)
