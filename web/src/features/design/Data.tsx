import { JsonView } from '@/components/JsonView'
import { UnifiedDiff } from '@/components/UnifiedDiff'
import { Part } from './Part'
import classes from './Design.module.css'

const diff = `--- live
+++ new
@@ -1,3 +1,3 @@
 spec:
-  replicas: 2
+  replicas: 3
`

/** Documents and differences. */
export function Data() {
  return (
    <Part title="Data">
      <div className={classes.two}>
        <JsonView name="example.json" value={{ name: 'web', replicas: 3, ready: true, labels: null }} />
        <UnifiedDiff text={diff} label="Changes" />
      </div>
    </Part>
  )
}
