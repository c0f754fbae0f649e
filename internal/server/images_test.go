package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/imagebakery/packertest"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
)

// bakesImages has a server bake with the tests' Packer, for Docker and in two regions of AWS.
func bakesImages(t *testing.T, c *config.Config) {
	t.Helper()
	c.Images.Packer.Path = packertest.Fake(t)
	image := recipe.DockerImage{Image: recipe.BaseImage{ID: "debian", PackageType: "deb"}}
	image.Settings.SourceImage = "debian:12"
	c.Images.Docker.Defaults.BaseImages = []recipe.DockerImage{image}
	c.Images.AWS.Defaults.BaseImages = []recipe.AWSImage{{
		Image: recipe.BaseImage{ID: "bookworm", PackageType: "deb"},
		Settings: []recipe.AWSSettings{
			{Region: "us-east-1", VirtualizationType: "hvm", InstanceType: "t3.micro", SourceAMI: "ami-0123456789"},
			{Region: "eu-west-1", VirtualizationType: "hvm", InstanceType: "t3.micro", SourceAMI: "ami-0123456789"},
		},
	}}
}

// baked bakes an image, and gives the bake's id.
func (f *fixtures) baked() string {
	f.t.Helper()
	id := f.run(obj{"type": "bake", "cloudProviderType": "docker", "baseOs": "debian", "amiName": "web", "region": "global"})
	for _, s := range model.Objects(model.Object(f.object(http.MethodGet, "/tasks/"+id, nil), "execution"), "stages") {
		if found := model.String(model.Object(model.Object(s, "context"), "status"), "id"); found != "" {
			return found
		}
	}
	f.t.Fatal("nothing was baked")
	return ""
}

// The stage bakes in its regions at the same time, and later stages see the images.
func TestBakeStage(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) { bakesImages(t, c) })
	f := &fixtures{instance: i}
	f.run(obj{"type": "createApplication", "application": obj{"name": "demo", "email": "me@example.com"}})
	bake := obj{
		"type": "bake", "name": "Bake", "refId": "1", "requisiteStageRefIds": objs{}, "cloudProviderType": "aws", "baseOs": "bookworm", "package": "shop",
		"regions": objs{"us-east-1", "eu-west-1"}, "extendedAttributes": obj{"mode": "${parameters.mode}"},
		"expectedArtifacts": objs{obj{"id": "image", "matchArtifact": obj{"type": "aws/image"}}},
	}
	see := obj{
		"type": "evaluateVariables", "name": "See", "refId": "2", "requisiteStageRefIds": objs{"1"},
		"variables": objs{obj{"key": "regions", "value": "${#stage('Bake').context.deploymentDetails.![region]}"}, obj{"key": "ami", "value": "${deploymentDetails[0].ami}"}},
	}
	f.object(http.MethodPost, "/pipelines", obj{"application": "demo", "name": "Images", "stages": objs{bake, see}})
	run := func(mode string, more obj) map[string]any {
		return f.object(http.MethodGet, "/pipelines/"+f.started("/pipelines/demo/Images", model.Merge(obj{"type": "manual", "parameters": obj{"mode": mode}}, more)), nil)
	}
	good := run("good", nil)
	require.Equal(t, "SUCCEEDED", model.String(good, "status"), good)
	in := model.Object(stageNamed(good, "Bake in us-east-1"), "context")
	require.Equal(t, "ami-0aaaaaaaaa", in["ami"])
	require.Equal(t, "shop-1", in["imageName"])
	require.Equal(t, "COMPLETED", model.String(model.Object(in, "status"), "state"))
	require.Equal(t, false, in["previouslyBaked"])
	require.Len(t, model.List(model.Object(stageNamed(good, "Bake in us-east-1"), "outputs"), "resolvedExpectedArtifacts"), 1)
	require.Len(t, model.List(model.Object(stageNamed(good, "Bake"), "outputs"), "deploymentDetails"), 2)
	require.Equal(t, "ami-0aaaaaaaaa", model.Object(stageNamed(good, "See"), "outputs")["ami"])

	again := run("good", nil)
	require.Equal(t, true, model.Object(stageNamed(again, "Bake in us-east-1"), "context")["previouslyBaked"])
	anew := run("good", obj{"rebake": true})
	require.Equal(t, false, model.Object(stageNamed(anew, "Bake in us-east-1"), "context")["previouslyBaked"])

	failed := run("fail", nil)
	require.Equal(t, "TERMINAL", model.String(failed, "status"))
	for _, region := range []string{"us-east-1", "eu-west-1"} { // the one that fails first ends the other
		child := model.Object(stageNamed(failed, "Bake in "+region), "context")
		errors := model.Strings(model.Object(model.Object(child, "exception"), "details"), "errors")
		if len(errors) == 0 {
			continue
		}
		require.Contains(t, strings.Join(errors, "\n"), "no such subnet")
		found := f.object(http.MethodGet, "/bakery/bakes/"+model.String(model.Object(child, "status"), "id"), nil)
		require.Equal(t, "FAILURE", found["result"])
		require.Contains(t, found["log"], "no such subnet")
		return
	}
	require.Fail(t, "no region has failed")
}
