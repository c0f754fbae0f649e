import { featureTexts } from '@/i18n'
import en from '@/i18n/rollback.en'
import zh from '@/i18n/rollback.zh'

export const useRollbackTexts = featureTexts(en, zh)
export type RollbackT = ReturnType<typeof useRollbackTexts>
