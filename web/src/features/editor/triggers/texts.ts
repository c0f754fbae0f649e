import { featureTexts } from '@/i18n'
import en from '@/i18n/triggers.en'
import zh from '@/i18n/triggers.zh'

export const useTriggerTexts = featureTexts(en, zh)
