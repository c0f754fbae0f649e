import { useI18n } from '@/i18n'

// What the steps of tasks do, for people; those that are not here say so by their name.
const names: Record<string, readonly [english: string, chinese: string]> = {
  resolveDeploySourceManifest: ['Read the manifests', '读取清单'],
  deployManifest: ['Work out what to do', '计算要执行的操作'],
  monitorDeploy: ['Apply to the cluster', '应用到集群'],
  promoteOutputs: ['Note what was done', '记录结果'],
  waitForManifestToStabilize: ['Wait until it is stable', '等待其稳定'],
  cleanupArtifacts: ['Find old versions', '查找旧版本'],
  monitorCleanup: ['Remove old versions', '移除旧版本'],
  bindProducedArtifacts: ['Note the artifacts', '记录制品'],
  resolveTargetManifest: ['Find the object', '查找对象'],
  deleteManifest: ['Work out what to delete', '确定要删除的内容'],
  monitorDelete: ['Delete', '删除'],
  scaleManifest: ['Work out the scaling', '计算扩缩容'],
  monitorScale: ['Scale', '扩缩容'],
  patchManifest: ['Work out the patch', '计算补丁'],
  monitorPatch: ['Patch', '应用补丁'],
  undoRolloutManifest: ['Find the revision', '查找修订版'],
  monitorUndoRollout: ['Roll back', '回滚'],
  rollingRestartManifest: ['Work out the restart', '计算重启'],
  monitorRollingRestart: ['Restart', '重启'],
  pauseRolloutManifest: ['Work out the pause', '计算暂停'],
  monitorPauseRollout: ['Pause', '暂停'],
  resumeRolloutManifest: ['Work out the resumption', '计算恢复'],
  monitorResumeRollout: ['Resume', '恢复'],
  enableManifest: ['Find the load balancers', '查找负载均衡器'],
  monitorEnable: ['Send traffic', '接入流量'],
  disableManifest: ['Find the load balancers', '查找负载均衡器'],
  monitorDisable: ['Take the traffic away', '移除流量'],
}

/** useStepName says what a step of a task does. */
export function useStepName(): (name: string) => string {
  const { language } = useI18n()
  return (name) => names[name]?.[language === 'zh' ? 1 : 0] ?? name
}
