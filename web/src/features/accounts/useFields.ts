import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useI18n } from '@/i18n'
import type { AccountType } from './queries'
import { descriptorOf } from './registry'
import { fieldsOf, type Field } from './schemaFields'

// What types of accounts say of themselves and their fields comes from the server in English.
const chineseQuery = queryOptions({
  queryKey: ['accountTexts', 'zh'],
  queryFn: async (): Promise<Partial<Record<string, string>>> => (await import('@/i18n/accountFields.zh.json')).default,
  staleTime: Infinity,
})

// A title may be meant for the middle of a sentence.
const begun = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** A text of a type of accounts in the reader's language; as it is where there is none in it. */
export function useTypeText(): (english: string) => string {
  const { language } = useI18n()
  const { data } = useQuery({ ...chineseQuery, enabled: language === 'zh' })
  return useMemo(() => (english: string) => begun(language === 'zh' ? (data?.[english] ?? english) : english), [language, data])
}

/** The fields of a type of accounts, as its descriptor arranges them, in the reader's language. */
export function useFields(type: AccountType): Field[] {
  const text = useTypeText()
  return useMemo(() => fieldsOf(type.schema, descriptorOf(type.type)).map((f) => ({ ...f, label: text(f.label), help: text(f.help) })), [type, text])
}
