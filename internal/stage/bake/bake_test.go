package bake_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
	"github.com/gennaker/gennaker/internal/stage/bake"
)

type (
	object = map[string]any
	list   = []any
)

// oven notes what it is asked to bake.
type oven struct {
	request  recipe.Request
	rebake   bool
	waiter   string
	released []string
	status   imagebakery.Status
	err      error
}

func (o *oven) Bake(_ context.Context, r recipe.Request, rebake bool, waiter string) (imagebakery.Status, error) {
	o.request, o.rebake, o.waiter = r, rebake, waiter
	return imagebakery.Status{ID: "ID", State: imagebakery.StateRunning}, o.err
}

func (o *oven) Status(context.Context, string) (imagebakery.Status, error) { return o.status, o.err }

func (*oven) Image(_ context.Context, id, region string) (recipe.Image, error) {
	return recipe.Image{ID: id, AMI: "ami-1", Name: "shop-1", BaseAMI: "ami-0", Artifact: object{"type": "aws/image", "name": "shop-1", "location": region, "reference": "ami-1"}}, nil
}

func (o *oven) Release(_ context.Context, id, waiter string) error {
	o.released = append(o.released, id+" "+waiter)
	return nil
}

func (*oven) PackageType(_, baseOS string) (string, bool) {
	kind, ok := map[string]string{"bookworm": "deb", "rocky": "rpm"}[baseOS]
	return kind, ok
}

const (
	create    = "com.netflix.spinnaker.orca.bakery.tasks.CreateBakeTask"
	monitor   = "com.netflix.spinnaker.orca.bakery.tasks.MonitorBakeTask"
	completed = "com.netflix.spinnaker.orca.bakery.tasks.CompletedBakeTask"
	parallel  = "com.netflix.spinnaker.orca.bakery.pipeline.BakeStage$CompleteParallelBakeTask"
)

func kind(o *oven, config recipe.Bakery) *stage.Type {
	return bake.Type(bake.Options{Bakery: o, Config: config, Bind: artifactbind.Task{}})
}

// input is a child's, in an execution with what ran before.
func input(context object, trigger model.Trigger, before ...*model.Stage) stage.Input {
	parent := &model.Stage{ID: "p", RefID: "9", Type: "bake"}
	for _, b := range before {
		parent.RequisiteStageRefIDs = append(parent.RequisiteStageRefIDs, b.RefID)
	}
	s := &model.Stage{ID: "s", RefID: "9<1", Type: "bake", ParentStageID: "p", SyntheticStageOwner: model.StageBefore, Context: context, Outputs: object{}}
	e := &model.Execution{ID: "E", Type: model.PipelineExecution, Trigger: trigger, Stages: append(before, parent, s)}
	return stage.Input{View: engine.View{Execution: e, Stage: s}}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	deploy := func(ref, after, provider string, regions ...string) *model.Stage {
		zones := object{}
		for _, r := range regions {
			zones[r] = list{r + "a"}
		}
		return &model.Stage{ID: ref, RefID: ref, Type: "deploy", RequisiteStageRefIDs: []string{after}, Context: object{"clusters": list{object{"cloudProvider": provider, "availabilityZones": zones}}}}
	}
	for name, c := range map[string]struct {
		context object
		after   []*model.Stage
		want    []string
	}{
		"both keys":           {object{"region": "a", "regions": list{"b", "a"}}, nil, []string{"a", "b"}},
		"those of deploys":    {object{"region": "a"}, []*model.Stage{deploy("2", "1", "aws", "c", "b"), deploy("3", "2", "aws", "d"), deploy("4", "1", "gce", "x"), deploy("5", "0", "aws", "y")}, []string{"a", "b", "c", "d"}},
		"only its own":        {object{"region": "a", "skipRegionDetection": true}, []*model.Stage{deploy("2", "1", "aws", "b")}, []string{"a"}},
		"global":              {object{"regions": list{"global"}}, []*model.Stage{deploy("2", "1", "aws", "b")}, []string{"global"}},
		"Docker needs none":   {object{"cloudProviderType": "docker"}, nil, []string{"global"}},
		"canaries":            {object{"region": "a"}, []*model.Stage{{ID: "2", RefID: "2", Type: "canary", RequisiteStageRefIDs: []string{"1"}, Context: object{"clusterPairs": list{object{"baseline": object{"availabilityZones": object{"z": list{}}}}}}}}, []string{"a", "z"}},
		"an older form":       {object{}, []*model.Stage{{ID: "2", RefID: "2", Type: "deploy", RequisiteStageRefIDs: []string{"1"}, Context: object{"cluster": object{"cloudProvider": "aws", "availabilityZones": object{"z": list{}}}}}}, []string{"z"}},
		"nothing to bake for": {object{}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &model.Stage{ID: "s", RefID: "1", Type: "bake", StartTime: 1_700_000_000_000, Context: model.Merge(c.context, object{"package": "shop"})}
			view := engine.View{Execution: &model.Execution{Stages: append([]*model.Stage{s}, c.after...)}, Stage: s}
			planned, err := kind(&oven{}, recipe.Bakery{}).Definition.(engine.BeforePlanner).BeforeStages(view)
			if c.want == nil {
				require.ErrorContains(t, err, "No region to bake in")
				return
			}
			require.NoError(t, err)
			var got []string
			for _, p := range planned {
				got = append(got, model.String(p.Context, "region"))
				require.Equal(t, "Bake in "+model.String(p.Context, "region"), p.Name)
				require.Equal(t, "20231114221320", p.Context["amiSuffix"], "all have the same")
				require.Equal(t, "shop", p.Context["package"])
				require.NotContains(t, p.Context, "regions")
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestTasks(t *testing.T) {
	t.Parallel()
	o := &oven{}
	k := kind(o, recipe.Bakery{ExtractBuildDetails: true})
	in := input(object{
		"region": "us-east-1", "baseOs": "bookworm", "package": "shop", "packageArtifactIds": list{"a"}, "templateFileName": "mine.json", "varFileName": "v.json",
		"extendedAttributes": object{"n": 1, "b": true}, "accountName": "acc", "upgrade": "true", "cloudProvider": "aws",
	}, model.Trigger{"rebake": true, "buildInfo": object{
		"url": "http://ci.example.com/job/folder/job/shop/42/", "name": "shop", "number": 42, "scm": list{object{"branch": "master", "sha1": "m"}, object{"branch": "x", "sha1": "c0ffee"}},
		"artifacts": list{object{"fileName": "shop_1.2-3_all.deb"}, object{"fileName": "shop-extra_9_all.deb"}},
	}}, &model.Stage{ID: "b", RefID: "1", Outputs: object{"resolvedExpectedArtifacts": list{object{"id": "a", "boundArtifact": object{"type": "deb", "name": "lib", "version": "7"}}}}})
	specs, err := k.Definition.Tasks(in.View)
	require.NoError(t, err)
	require.Len(t, specs, 4)
	result, err := k.Tasks[create].Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, model.Succeeded, result.Status)
	require.Equal(t, object{
		"status": object{"id": "ID", "resourceId": "ID", "state": "RUNNING", "result": nil}, "bakePackageName": "shop_1.2-3_all", "previouslyBaked": false, "packageType": "deb",
		"buildInfoUrl": "http://ci.example.com/job/folder/job/shop/42/", "buildHost": "http://ci.example.com/", "job": "shop", "buildNumber": int64(42), "commitHash": "c0ffee",
	}, result.Context)
	require.Equal(t, recipe.Request{
		CloudProvider: "aws", Region: "us-east-1", BaseOS: "bookworm", Package: "shop_1.2-3_all", PackageType: "deb", TemplateFile: "mine.json", VarFile: "v.json",
		Attributes: map[string]string{"n": "1", "b": "true"}, Account: "acc", Upgrade: true, BuildHost: "http://ci.example.com/", Job: "shop", BuildNumber: "42", CommitHash: "c0ffee",
		BuildInfoURL: "http://ci.example.com/job/folder/job/shop/42/", PackageArtifacts: []map[string]any{{"type": "deb", "name": "lib", "version": "7"}},
	}, o.request)
	require.True(t, o.rebake)
	require.Equal(t, "E/s", o.waiter)
	in.Stage.Context = model.Merge(in.Stage.Context, result.Context)

	o.status = imagebakery.Status{ID: "ID", State: imagebakery.StateRunning}
	result, err = k.Tasks[monitor].Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, model.Running, result.Status)
	o.status = imagebakery.Status{ID: "ID", State: imagebakery.StateCompleted, Result: imagebakery.ResultFailure, Failure: "Packer failed."}
	result, err = k.Tasks[monitor].Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, model.Terminal, result.Status)
	require.Equal(t, list{"Packer failed."}, model.Object(model.Object(result.Context, "exception"), "details")["errors"])
	o.status = imagebakery.Status{ID: "ID", State: imagebakery.StateCanceled}
	result, err = k.Tasks[monitor].Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, model.Terminal, result.Status)
	o.status = imagebakery.Status{ID: "ID", State: imagebakery.StateCompleted, Result: imagebakery.ResultSuccess}
	result, err = k.Tasks[monitor].Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, model.Succeeded, result.Status)

	result, err = k.Tasks[completed].Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, object{
		"ami": "ami-1", "imageId": "ami-1", "imageName": "shop-1", "baseAmiId": "ami-0", "cloudProvider": "aws",
		"artifacts": list{object{"type": "aws/image", "name": "shop-1", "location": "us-east-1", "reference": "ami-1"}},
	}, result.Context)
	in.Stage.Context = model.Merge(in.Stage.Context, result.Context)

	parent := in
	parent.Stage = in.Execution.StageByID("p")
	result, err = k.Tasks[parallel].Run(t.Context(), parent)
	require.NoError(t, err)
	require.Equal(t, object{"deploymentDetails": list{object{
		"ami": "ami-1", "imageId": "ami-1", "imageName": "shop-1", "baseOs": "bookworm", "region": "us-east-1", "package": "shop", "cloudProvider": "aws", "baseAmiId": "ami-0",
	}}}, result.Outputs)

	_, err = k.Cancel(t.Context(), in)
	require.NoError(t, err)
	_, err = k.Cancel(t.Context(), parent)
	require.NoError(t, err)
	require.Equal(t, []string{"ID E/s"}, o.released)
	require.NotContains(t, k.Definition.(engine.RestartPreparer).PrepareForRestart(in.Stage.Context), "status")
}

func TestPackages(t *testing.T) {
	t.Parallel()
	build := func(files ...string) object {
		var artifacts list
		for _, f := range files {
			artifacts = append(artifacts, object{"fileName": f})
		}
		return object{"url": "http://ci/job/x/1/", "artifacts": artifacts}
	}
	artifact := func(kind, name, version string) *model.Stage {
		return &model.Stage{ID: "b", RefID: "1", Outputs: object{"artifacts": list{object{"type": kind, "name": name, "version": version}}}}
	}
	built := func(files ...string) *model.Stage {
		return &model.Stage{ID: "b", RefID: "1", Outputs: object{"buildInfo": build(files...)}}
	}
	none := &model.Stage{ID: "b", RefID: "1", Outputs: object{}}
	for name, c := range map[string]struct {
		context object
		trigger model.Trigger
		before  *model.Stage
		lenient bool
		want    string
		err     string
	}{
		"nothing known":         {object{"package": "a  b"}, nil, none, false, "a b", ""},
		"of the trigger":        {object{"package": "a b"}, model.Trigger{"buildInfo": build("a_1_all.deb", "b_2_all.deb")}, none, false, "a_1_all b_2_all", ""},
		"of the parent":         {object{"package": "a"}, model.Trigger{"parentExecution": object{"trigger": object{"buildInfo": build("a_1_all.deb")}}}, none, false, "a_1_all", ""},
		"of a stage":            {object{"package": "a"}, nil, built("a_3_all.deb"), false, "a_3_all", ""},
		"an artifact":           {object{"package": "a"}, nil, artifact("DEB", "a", "5"), false, "a_5", ""},
		"an artifact of rpm":    {object{"package": "a", "baseOs": "rocky"}, nil, artifact("rpm", "a", "5-1"), false, "a-5-1", ""},
		"a file of rpm":         {object{"package": "a-b", "baseOs": "rocky"}, model.Trigger{"buildInfo": build("a-1-2.x.rpm", "a-b-1-2.x.rpm")}, none, false, "a-b-1-2.x", ""},
		"another's artifact":    {object{"package": "a"}, nil, artifact("docker/image", "a", "5"), false, "", "No file or artifact is the package: none begins with a_ and ends with .deb; there are: a (docker/image)"},
		"missing":               {object{"package": "a"}, model.Trigger{"buildInfo": build("b_1_all.deb")}, none, false, "", "there are: b_1_all.deb"},
		"missing, and allowed":  {object{"package": "a b"}, model.Trigger{"buildInfo": build("b_1_all.deb")}, none, true, "a b_1_all", ""},
		"a build without files": {object{"package": "a"}, model.Trigger{"buildInfo": build()}, none, false, "", "has no files"},
		"two builds":            {object{"package": "a"}, model.Trigger{"buildInfo": build("a_1_all.deb")}, built("a_2_all.deb"), false, "", "there twice: a_2_all.deb of a stage, and a_1_all.deb of the trigger"},
		"two versions":          {object{"package": "a"}, model.Trigger{"buildInfo": build("a_1_all.deb")}, artifact("deb", "a", "2"), false, "", "there twice: a_1_all.deb of a build, and an artifact of version 2"},
		"a URL":                 {object{"package": "https://example.com/a.deb"}, model.Trigger{"buildInfo": build("b_1_all.deb")}, none, false, "https://example.com/a.deb", ""},
		"none":                  {object{"package": ""}, model.Trigger{"buildInfo": build("b_1_all.deb")}, none, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &oven{}
			in := input(model.Merge(object{"region": "r", "baseOs": "bookworm"}, c.context), c.trigger, c.before)
			_, err := kind(o, recipe.Bakery{AllowMissingPackageInstallation: c.lenient}).Tasks[create].Run(t.Context(), in)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, o.request.Package)
		})
	}
}

// Faults of the request end the stage; a bakery that is away is asked again.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err   error
		retry bool
	}{
		{fault.New(fault.Invalid, "no such image"), false}, {fault.New(fault.Unavailable, "away"), true}, {errors.New("broken"), false},
	} {
		o := &oven{err: c.err}
		_, err := kind(o, recipe.Bakery{}).Tasks[create].Run(t.Context(), input(object{"region": "r", "baseOs": "xenix"}, nil))
		require.ErrorContains(t, err, c.err.Error())
		require.Equal(t, c.retry, stage.IsRetryable(err))
	}
	_, err := kind(&oven{}, recipe.Bakery{}).Tasks[create].Run(t.Context(), input(object{"region": "r", "packageArtifactIds": list{"x"}}, nil))
	require.ErrorContains(t, err, "The artifact x is to be installed")
	_, err = kind(&oven{}, recipe.Bakery{}).Tasks[create].Run(t.Context(), input(object{"region": "r", "extendedAttributes": "no"}, nil))
	require.Error(t, err)
}
