import { featureTexts } from '@/i18n'
import en from '@/i18n/graph.en'
import zh from '@/i18n/graph.zh'

export const useGraphTexts = featureTexts(en, zh)
