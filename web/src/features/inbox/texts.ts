import { featureTexts } from '@/i18n'
import en from '@/i18n/inbox.en'
import zh from '@/i18n/inbox.zh'

export const useInboxTexts = featureTexts(en, zh)
