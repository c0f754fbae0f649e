package demo

import "maps"

// The names of what the demo makes.
const (
	accountName     = "sandbox"
	applicationName = "hello"
	pipelineName    = "deploy-and-scale"
	namespace       = "default"
)

type object = map[string]any

// application is the application, as createApplication takes it.
func application() object {
	return object{"name": applicationName, "email": "hello@example.com", "cloudProviders": "kubernetes"}
}

// pipeline deploys a Deployment, waits, checks, scales it and asks a person.
func pipeline() object {
	stage := func(ref, kind, name string, more object) object {
		s := object{"refId": ref, "type": kind, "name": name, "requisiteStageRefIds": []string{}}
		maps.Copy(s, more)
		return s
	}
	return object{
		"name": pipelineName, "application": applicationName,
		"limitConcurrent": true, "keepWaitingPipelines": false, "spelEvaluator": "v4", "triggers": []any{},
		"stages": []object{
			stage("1", "deployManifest", "Deploy", object{
				"account": accountName, "cloudProvider": "kubernetes", "source": "text",
				"moniker":   object{"app": applicationName},
				"manifests": []object{deployment(), service()},
			}),
			stage("2", "wait", "Wait a moment", object{"requisiteStageRefIds": []string{"1"}, "waitTime": 2}),
			stage("3", "checkPreconditions", "Check", object{
				"requisiteStageRefIds": []string{"2"},
				"preconditions": []object{{
					"type": "stageStatus", "failPipeline": true,
					"context": object{"stageName": "Deploy", "stageStatus": "SUCCEEDED"},
				}},
			}),
			stage("4", "scaleManifest", "Scale to 5", object{
				"requisiteStageRefIds": []string{"3"},
				"account":              accountName, "cloudProvider": "kubernetes", "location": namespace,
				"mode": "static", "manifestName": "deployment " + applicationName, "kind": "deployment", "replicas": 5,
				"app": applicationName,
			}),
			stage("5", "manualJudgment", "Is it good?", object{
				"requisiteStageRefIds": []string{"4"},
				"failPipeline":         true, "judgmentInputs": []any{}, "notifications": []any{},
				"instructions": "Five pods should be ready.",
			}),
		},
	}
}

func deployment() object {
	labels := object{"app": applicationName}
	return object{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": object{"name": applicationName, "namespace": namespace, "labels": labels},
		"spec": object{
			"replicas": 2,
			"selector": object{"matchLabels": labels},
			"template": object{
				"metadata": object{"labels": labels},
				"spec": object{"containers": []object{{
					"name": "web", "image": "nginx:1.29", "ports": []object{{"containerPort": 80}},
				}}},
			},
		},
	}
}

func service() object {
	return object{
		"apiVersion": "v1", "kind": "Service",
		"metadata": object{"name": applicationName, "namespace": namespace},
		"spec":     object{"selector": object{"app": applicationName}, "ports": []object{{"port": 80}}},
	}
}
