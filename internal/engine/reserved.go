package engine

import (
	"reflect"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// planningFailedKey marks a stage that could not be planned, as in Orca.
const planningFailedKey = "beforeStagePlanningFailed"

// reserved reports whether a key of a stage's context is for the engine and the
// stage types alone: nothing from outside may set it.
func reserved(key string) bool {
	return key == failureKey || key == planningFailedKey || key == "_skipPipelineRestart" || strings.HasPrefix(key, "gennaker.")
}

// withoutOwn leaves out what only the engine sets: a task's result may hold
// what it has read somewhere.
func withoutOwn(context map[string]any) map[string]any {
	for _, key := range []string{failureKey, planningFailedKey} {
		if _, there := context[key]; there {
			return model.Without(context, failureKey, planningFailedKey)
		}
	}
	return context
}

// withoutReserved leaves out what nothing from outside may set.
func withoutReserved(context map[string]any) map[string]any {
	var drop []string
	for key := range context {
		if reserved(key) {
			drop = append(drop, key)
		}
	}
	if drop == nil {
		return context
	}
	return model.Without(context, drop...)
}

// checkPatch refuses a change of reserved keys by a client. A client that sends
// a context back as it has read it changes none.
func checkPatch(context, patch map[string]any) (map[string]any, error) {
	for key, value := range patch {
		if reserved(key) && !reflect.DeepEqual(context[key], value) {
			return nil, fault.New(fault.Invalid, "%q can't be changed in a stage's context: it is for the engine alone", key)
		}
		if err := checkField(context, key, value); err != nil {
			return nil, err
		}
	}
	return withoutReserved(patch), nil
}
