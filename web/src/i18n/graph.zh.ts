import type { Same } from './index'
import type en from './graph.en'

const zh: Same<typeof en> = {
  find: '查找阶段',
  found: '第 {at} 个，共 {of} 个',
  noneFound: '没有匹配项',
  previous: '上一个匹配项',
  next: '下一个匹配项',
  map: '缩略图',
  foldGroups: '折叠分组',
  foldFinished: '折叠已完成的阶段',
  unfold: '全部展开',
  finished: '{n} 个已完成的阶段',
  stages: '{n} 个阶段',
  expand: '展开 {name}',
  view: '视图',
  zoomIn: '放大',
  zoomOut: '缩小',
  fit: '显示整个图',
}
export default zh
