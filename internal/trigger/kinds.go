package trigger

// kinds are all types of triggers that events start. Manual starts name their pipeline.
func kinds() []Kind {
	return []Kind{
		gitKind{}, webhookKind{}, cdeventsKind{}, pubsubKind{}, buildKind{},
		imageKind{kind: "docker", artifact: "docker/image"}, imageKind{kind: "helm/oci", artifact: "helm/image"},
		helmKind{}, namedKind{kind: "artifactory", field: "artifactorySearchName"}, namedKind{kind: "nexus", field: "nexusSearchName"},
		pluginKind{}, cronKind{}, pipelineKind{},
	}
}
