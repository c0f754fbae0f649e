import { messageOf } from '@/lib/exception'
import { client, unwrap, ApiError, type Schemas } from './client'

// What changes something. Saves and operations run as tasks: they are waited for,
// so that a page shows the results.

type Task = Schemas['Task']
type Job = { type: string } & Record<string, unknown>

const pollEvery = 300
const patience = 120_000

/** A task has failed; the message is what its stage says. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed'
  constructor(
    readonly task: Task,
    message: string,
  ) {
    super(message)
  }
}

export async function startTask(application: string, description: string, job: Job[]): Promise<string> {
  const { ref } = await unwrap(client.POST('/tasks', { body: { application, description, job } }))
  return ref.slice(ref.lastIndexOf('/') + 1)
}

/** runTask starts a task and waits for its end. */
export async function runTask(application: string, description: string, job: Job[]): Promise<Task> {
  return taskEnded(await startTask(application, description, job))
}

/** taskEnded waits for the end of a task that was started. */
export async function taskEnded(id: string): Promise<Task> {
  const deadline = Date.now() + patience
  for (;;) {
    const task = await unwrap(client.GET('/tasks/{id}', { params: { path: { id } } }))
    if (task.status === 'SUCCEEDED') return task
    if (['TERMINAL', 'CANCELED', 'STOPPED', 'FAILED_CONTINUE'].includes(task.status))
      throw new TaskFailed(task, failureOf(task))
    if (Date.now() > deadline) return task
    await new Promise((done) => setTimeout(done, pollEvery))
  }
}

/** What a task that failed says of it. */
export function failureOf(task: Task): string {
  const exception = task.variables.find((v) => v.key === 'exception')?.value
  return messageOf(exception) ?? `${task.name ?? task.id}: ${task.status}`
}

export async function startPipeline(
  application: string,
  pipeline: string,
  parameters: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { ref } = await unwrap(
    client.POST('/pipelines/{application}/{nameOrId}', {
      params: { path: { application, nameOrId: pipeline } },
      body: { type: 'manual', parameters, ...more },
    }),
  )
  return ref.slice(ref.lastIndexOf('/') + 1)
}

const execution = (id: string) => ({ params: { path: { id } } })

export const cancelExecution = (id: string, reason: string) =>
  unwrap(client.PUT('/pipelines/{id}/cancel', { params: { path: { id }, query: reason ? { reason } : {} } }))
export const pauseExecution = (id: string) => unwrap(client.PUT('/pipelines/{id}/pause', execution(id)))
export const resumeExecution = (id: string) => unwrap(client.PUT('/pipelines/{id}/resume', execution(id)))
export const deleteExecution = (id: string) => unwrap(client.DELETE('/pipelines/{id}', execution(id)))

export const restartStage = (id: string, stageId: string) =>
  unwrap(
    client.PUT('/pipelines/{id}/stages/{stageId}/restart', { params: { path: { id, stageId } }, body: {} }),
  )

/** changeStage answers a stage that waits: a judgment, a skip. */
export const changeStage = (id: string, stageId: string, change: Record<string, unknown>) =>
  unwrap(
    client.PATCH('/pipelines/{id}/stages/{stageId}', { params: { path: { id, stageId } }, body: change }),
  )

export const judge = (
  id: string,
  stageId: string,
  judgmentStatus: 'continue' | 'stop',
  judgmentInput?: string,
) => changeStage(id, stageId, judgmentInput ? { judgmentStatus, judgmentInput } : { judgmentStatus })

/** What went wrong, for a person. */
export function sayError(error: unknown): string {
  if (error instanceof ApiError || error instanceof TaskFailed || error instanceof Error) return error.message
  return String(error)
}
