import type { Json } from '@/lib/json'

export type PartProps = { app: string; attributes: Json; changed: (id: string, dirty: boolean) => void }
