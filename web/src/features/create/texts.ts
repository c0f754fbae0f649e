import { featureTexts } from '@/i18n'
import en from '@/i18n/create.en'
import zh from '@/i18n/create.zh'

export const useCreateTexts = featureTexts(en, zh)
export type CreateTranslate = ReturnType<typeof useCreateTexts>
