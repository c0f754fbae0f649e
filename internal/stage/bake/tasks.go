package bake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// createTask asks for the bake of a region.
type createTask struct{ Options }

// Backoff and Timeout are Orca's, except that it is tried again sooner.
func (createTask) Backoff(stage.Input) time.Duration { return 2 * time.Second }

// Timeout is how long it is tried.
func (createTask) Timeout(stage.Input) (time.Duration, bool) { return 5 * time.Minute, true }

// Run finds the packages, and the bake.
func (t createTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	r, found, err := t.request(in.View)
	if err != nil {
		return stage.Result{}, err
	}
	rebake := model.Bool(in.Stage.Context, "rebake", false) || model.Bool(in.Execution.Trigger, "rebake", false)
	// Asked again after a crash, it finds the bake that it has begun.
	status, err := t.Bakery.Bake(ctx, r, rebake, waiter(in))
	if err != nil {
		return stage.Result{}, failure(err)
	}
	out := map[string]any{
		keyStatus: shown(status), "bakePackageName": r.Package, "previouslyBaked": status.State == imagebakery.StateCompleted, "packageType": r.PackageType,
	}
	if r.BuildInfoURL != "" {
		out["buildInfoUrl"] = r.BuildInfoURL
	}
	if r.BuildHost != "" {
		out["buildHost"], out["job"], out["buildNumber"] = r.BuildHost, r.Job, found["buildNumber"]
		if r.CommitHash != "" {
			out["commitHash"] = r.CommitHash
		}
	}
	return stage.Succeeded().With(out), nil
}

// shown is a status as Orca has it in contexts.
func shown(s imagebakery.Status) map[string]any {
	out := map[string]any{"id": s.ID, "resourceId": s.ID, "state": s.State, "result": nil}
	if s.Result != "" {
		out["result"] = s.Result
	}
	return out
}

// failure is what the stage shows of a bakery's error.
func failure(err error) error {
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable:
		return fmt.Errorf("bake the image: %w", err)
	}
	return &stage.Error{Type: "IllegalArgumentException", Message: err.Error(), Cause: err}
}

// fields are the stage's fields that a request has as they are.
type fields struct {
	AMIName            string         `json:"amiName"`
	AMISuffix          string         `json:"amiSuffix"`
	Account            string         `json:"account"`
	AccountName        string         `json:"accountName"`
	BaseAMI            string         `json:"baseAmi"`
	BaseLabel          string         `json:"baseLabel"`
	BaseName           string         `json:"baseName"`
	BaseOS             string         `json:"baseOs"`
	EnhancedNetworking bool           `json:"enhancedNetworking"`
	ExtendedAttributes map[string]any `json:"extendedAttributes"`
	InstanceType       string         `json:"instanceType"`
	ManagedImage       string         `json:"managedImage"`
	Offer              string         `json:"offer"`
	Organization       string         `json:"organization"`
	OSType             string         `json:"osType"`
	PackageType        string         `json:"packageType"`
	PackageArtifactIDs []string       `json:"packageArtifactIds"`
	Publisher          string         `json:"publisher"`
	Region             string         `json:"region"`
	SKU                string         `json:"sku"`
	StoreType          string         `json:"storeType"`
	TemplateFileName   string         `json:"templateFileName"`
	Upgrade            bool           `json:"upgrade"`
	User               string         `json:"user"`
	VarFileName        string         `json:"varFileName"`
	VMType             string         `json:"vmType"`
}

// request is what the stage wants baked. found has what is known of the build that its
// packages are from.
func (t createTask) request(view engine.View) (r recipe.Request, found map[string]any, err error) {
	var f fields
	if err := model.Decode(model.Without(view.Stage.Context, keyStatus), &f); err != nil {
		return r, nil, invalid("%v", err)
	}
	cloud := provider(view.Stage.Context, t.Provider)
	kind := t.packageType(cloud, f)
	if found, err = t.resolve(view, kind); err != nil {
		return r, nil, err
	}
	r = recipe.Request{
		CloudProvider: cloud, User: f.User, Package: model.String(found, "package"), BuildHost: model.String(found, "buildHost"), Job: model.String(found, "job"),
		BuildNumber: model.String(found, "buildNumber"), CommitHash: model.String(found, "commitHash"), BuildInfoURL: model.String(found, "buildInfoUrl"),
		BaseLabel: f.BaseLabel, BaseOS: f.BaseOS, BaseName: f.BaseName, BaseAMI: f.BaseAMI, VMType: f.VMType, StoreType: f.StoreType,
		EnhancedNetworking: f.EnhancedNetworking, AMIName: f.AMIName, AMISuffix: f.AMISuffix, Upgrade: f.Upgrade, InstanceType: f.InstanceType,
		Organization: f.Organization, TemplateFile: f.TemplateFileName, VarFile: f.VarFileName, Account: f.Account,
		Publisher: f.Publisher, Offer: f.Offer, SKU: f.SKU, OSType: f.OSType, PackageType: kind, ManagedImage: f.ManagedImage, Region: f.Region,
	}
	if r.Account == "" {
		r.Account = f.AccountName
	}
	if len(f.ExtendedAttributes) > 0 {
		r.Attributes = map[string]string{}
		for name := range f.ExtendedAttributes {
			r.Attributes[name] = model.String(f.ExtendedAttributes, name)
		}
	}
	for _, id := range f.PackageArtifactIDs {
		bound := artifactbind.Bound(view, id)
		if bound == nil {
			return r, nil, invalid("The artifact %s is to be installed (packageArtifactIds), but isn't in this execution", fault.Short(id))
		}
		r.PackageArtifacts = append(r.PackageArtifacts, bound)
	}
	return r, found, nil
}

// packageType is that of the base image, or that of an image which Azure has.
func (t createTask) packageType(cloud string, f fields) string {
	if f.BaseOS != "" {
		if kind, ok := t.Bakery.PackageType(cloud, f.BaseOS); ok {
			return kind
		}
		return "deb" // the bakery says what is wrong, and what there is
	}
	if f.OSType != "linux" {
		return "nupkg"
	}
	if recipe.Delimiter(f.PackageType) != "" {
		return f.PackageType
	}
	return "deb"
}

// monitorTask waits for the bake.
type monitorTask struct{ Options }

// Backoff is shorter than Orca's 30 seconds: it asks the database alone.
func (monitorTask) Backoff(stage.Input) time.Duration { return time.Second }

// Timeout is Orca's.
func (monitorTask) Timeout(stage.Input) (time.Duration, bool) { return time.Hour, true }

// Run looks how the bake is doing.
func (t monitorTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	status, err := t.Bakery.Status(ctx, model.String(model.Object(in.Stage.Context, keyStatus), "id"))
	if err != nil {
		return stage.Result{}, failure(err)
	}
	switch {
	case status.State == imagebakery.StateRunning:
		return stage.Running(), nil
	case status.State == imagebakery.StateCompleted && status.Result == imagebakery.ResultSuccess:
		return stage.Succeeded().With(map[string]any{keyStatus: shown(status)}), nil
	}
	message := status.Failure
	if status.State == imagebakery.StateCanceled {
		message = "The bake was canceled."
	}
	failed := engine.Exception(errors.New(message), "monitorBake", in.Now.UnixMilli(), false)
	return stage.Failed().With(map[string]any{keyStatus: shown(status), "exception": failed}), nil
}

// completedTask reads what was baked.
type completedTask struct{ Options }

// Run puts the image into the context, where later stages look for it.
func (t completedTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	id := model.String(model.Object(in.Stage.Context, keyStatus), "id")
	image, err := t.Bakery.Image(ctx, id, model.String(in.Stage.Context, "region"))
	if err != nil {
		return stage.Result{}, failure(err)
	}
	if image.Artifact == nil {
		return stage.Result{}, errors.New("the bake has no artifact")
	}
	reference := image.AMI
	if reference == "" {
		reference = image.Name
	}
	out := map[string]any{"ami": reference, "imageId": reference, "artifacts": []any{image.Artifact}}
	if image.BaseAMI != "" {
		out["baseAmiId"] = image.BaseAMI
	}
	if cloud := model.String(in.Stage.Context, "cloudProvider"); cloud != "" {
		out["cloudProvider"] = cloud
	}
	if image.Name != "" {
		out["imageName"] = image.Name
	}
	return stage.Succeeded().With(out), nil
}
