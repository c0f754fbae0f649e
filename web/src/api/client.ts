import createClient from 'openapi-fetch'
import { apiBase } from '@/lib/base'
import { heardFrom } from '@/lib/clock'
import { sentence } from '@/lib/format'
import { connection } from './connection'
import type { components, paths } from './schema.gen'

export type Schemas = components['schemas']

/** What the server has refused, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    message: string,
    readonly requestId?: string,
    /** Each thing that is wrong, which may begin with the field it is about: "name: is missing". */
    readonly problems: readonly string[] = [],
  ) {
    super(message)
  }
}

/** The server could not be asked. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

async function reach(request: Request): Promise<Response> {
  try {
    const sent = Date.now()
    const answer = await fetch(request)
    heardFrom(answer, sent)
    // A proxy's word that the server behind it is away.
    if ([502, 503, 504].includes(answer.status)) connection.suspect()
    return answer
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    connection.suspect()
    throw new UnreachableError('the server does not answer', { cause })
  }
}

export const client = createClient<paths>({ baseUrl: apiBase, fetch: reach })

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** unwrap is the answer's body; an error answer is thrown as an ApiError. */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok)
    throw new ApiError(response.status, messageOf(error, response), idOf(error), problemsOf(error))
  return data as T
}

function idOf(error: unknown): string | undefined {
  if (typeof error === 'object' && error !== null && 'requestId' in error) return String(error.requestId)
  return undefined
}

type Refusal = { message?: unknown; detail?: unknown; errors?: unknown }

const linesOf = (body: Refusal) =>
  Array.isArray(body.errors) ? body.errors.map((e) => (typeof e === 'string' ? e : JSON.stringify(e))) : []

function problemsOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const body = error as Refusal
  const lines = linesOf(body)
  return lines.length > 0 ? lines : typeof body.message === 'string' ? [body.message] : []
}

function messageOf(error: unknown, response: Response): string {
  if (typeof error === 'object' && error !== null) {
    const body = error as Refusal
    const lines = linesOf(body)
    const text = [body.message ?? body.detail, ...lines].filter((s) => typeof s === 'string' && s !== '')
    if (text.length > 0) return [...new Set(text as string[])].map(sentence).join('\n')
  }
  return `${response.status} ${response.statusText}`.trim()
}
