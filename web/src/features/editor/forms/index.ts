import type { ComponentType } from 'react'
import {
  findFields,
  FindForm,
  judgmentFields,
  JudgmentForm,
  pipelineFields,
  PipelineForm,
  preconditionFields,
  PreconditionsForm,
  variableFields,
  VariablesForm,
  waitFields,
  WaitForm,
} from './flow'
import type { FormProps } from './kit'
import {
  DeleteForm,
  deployFields,
  DeployForm,
  ObjectForm,
  patchFields,
  PatchForm,
  runJobFields,
  RunJobForm,
  ScaleForm,
  targetFields,
  UndoForm,
} from './manifest'
import { webhookFields, WebhookForm } from './webhook'

/** The forms that are made by hand, with the fields they show; the others follow from the schema. */
export const forms: ReadonlyMap<string, { Form: ComponentType<FormProps>; shows: readonly string[] }> =
  new Map(
    Object.entries({
      deployManifest: { Form: DeployForm, shows: deployFields },
      scaleManifest: { Form: ScaleForm, shows: [...targetFields, 'replicas'] },
      deleteManifest: { Form: DeleteForm, shows: [...targetFields, 'kinds', 'labelSelectors', 'options'] },
      patchManifest: { Form: PatchForm, shows: patchFields },
      undoRolloutManifest: { Form: UndoForm, shows: [...targetFields, 'numRevisionsBack', 'revision'] },
      rollingRestartManifest: { Form: ObjectForm, shows: targetFields },
      pauseRolloutManifest: { Form: ObjectForm, shows: targetFields },
      resumeRolloutManifest: { Form: ObjectForm, shows: targetFields },
      enableManifest: { Form: ObjectForm, shows: targetFields },
      disableManifest: { Form: ObjectForm, shows: targetFields },
      findArtifactsFromResource: { Form: ObjectForm, shows: targetFields },
      findArtifactFromExecution: { Form: FindForm, shows: findFields },
      runJobManifest: { Form: RunJobForm, shows: runJobFields },
      wait: { Form: WaitForm, shows: waitFields },
      manualJudgment: { Form: JudgmentForm, shows: judgmentFields },
      checkPreconditions: { Form: PreconditionsForm, shows: preconditionFields },
      evaluateVariables: { Form: VariablesForm, shows: variableFields },
      pipeline: { Form: PipelineForm, shows: pipelineFields },
      webhook: { Form: WebhookForm, shows: webhookFields },
    }),
  )
