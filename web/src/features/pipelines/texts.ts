import { featureTexts } from '@/i18n'
import en from '@/i18n/pipelines.en'
import zh from '@/i18n/pipelines.zh'

export const usePipelineTexts = featureTexts(en, zh)
