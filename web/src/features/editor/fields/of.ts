export type Of<T> = {
  name?: string
  label: string
  help?: string
  value: unknown
  onChange: (value: T | undefined) => void
  required?: boolean
}

// A value of another shape than a field is for is shown as it is.
export function isOdd(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
