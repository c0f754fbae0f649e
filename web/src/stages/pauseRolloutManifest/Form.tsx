export { ObjectForm as Form } from '../kubernetes/ObjectForm'
export { targetFields as shows } from '../kubernetes/targetFields'
