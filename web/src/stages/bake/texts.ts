import { featureTexts } from '@/i18n'
import en from '@/i18n/imageBake.en'
import zh from '@/i18n/imageBake.zh'

export const useImages = featureTexts(en, zh)
