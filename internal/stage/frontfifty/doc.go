// Package frontfifty has the stage types behind the tasks that save and delete
// applications, pipelines, strategies and projects: Orca's orca-applications
// and orca-front50 modules. What Front50 checks on a save is checked here.
//
// All of them may be run again after a crash: a save gives a new thing an id
// that follows from the stage, and a deletion is content when there is nothing
// left to delete.
package frontfifty
