// What a page shows if it has nothing, can't get it, or still waits for it.
export { Empty } from './Empty'
export { Failure } from './Failure'
export { RowsLoading } from './RowsLoading'
