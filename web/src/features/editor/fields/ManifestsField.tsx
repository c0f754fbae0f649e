import { readDocuments, writeDocuments } from '@/lib/texts'
import { CodeField } from './CodeField'
import type { Of } from './of'

/** Kubernetes objects, as YAML documents. */
export function ManifestsField({
  single = false,
  ...of
}: Of<unknown> & { single?: boolean; words?: readonly string[] }) {
  return (
    <CodeField
      {...of}
      toText={(v) =>
        v === undefined || v === null
          ? ''
          : typeof v === 'string'
            ? v
            : writeDocuments(Array.isArray(v) ? (v as unknown[]) : [v])
      }
      toValue={(text) => {
        const read = readDocuments(text)
        if ('problem' in read) return read
        if (read.values.length === 0) return { value: undefined }
        return { value: single && read.values.length === 1 ? read.values[0] : read.values }
      }}
    />
  )
}
