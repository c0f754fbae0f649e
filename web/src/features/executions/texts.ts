import { featureTexts } from '@/i18n'
import en from '@/i18n/list.en'
import zh from '@/i18n/list.zh'

export const useList = featureTexts(en, zh)
