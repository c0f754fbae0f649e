// Release makes the files of a release from programs that are built. The Makefile runs
// it, as does the Dockerfile:
//
//	release write -version V -out DIR PLATFORM...   archives, images, chart, checksums
//	release push -version V -repository NAME PLATFORM...   the image, to a registry
//	release root DIR   the files of the image around the program
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/packaging"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv("SOURCE_DATE_EPOCH"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		stop()
		os.Exit(1) //nolint:gocritic // the deferred call was just made
	}
}

var errUsage = errors.New("use it as: release write|push [FLAG]... PLATFORM..., or release root DIR")

// run does what the arguments say. All files have the time of epoch, in seconds since
// 1970.
func run(ctx context.Context, args []string, epoch string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	if args[0] == "root" {
		if len(args) != 2 {
			return errUsage
		}
		return packaging.WriteRoot(args[1])
	}
	r := packaging.Release{Configuration: config.Schema()}
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.StringVar(&r.Version, "version", "", "the release's version")
	flags.StringVar(&r.Revision, "revision", "", "the commit")
	flags.StringVar(&r.Source, "source", ".", "the directory of the sources")
	flags.StringVar(&r.Programs, "programs", "dist/programs", "the directory of the programs, as linux/amd64/gennaker")
	flags.StringVar(&r.Repository, "repository", "ghcr.io/gennaker/gennaker", "the image's name without a tag")
	dir := flags.String("out", "dist", "the directory to write to")
	insecure := flags.Bool("insecure", false, "push without TLS")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	r.Platforms = flags.Args()
	if r.Version == "" || len(r.Platforms) == 0 {
		return errUsage
	}
	if epoch == "" {
		return errors.New("set SOURCE_DATE_EPOCH to the time that all files get, such as that of the commit")
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	r.At = time.Unix(seconds, 0)
	switch args[0] {
	case "write":
		return r.Write(*dir)
	case "push":
		return push(ctx, r, *insecure, out)
	}
	return errUsage
}

// push sends the image for all architectures to a registry, with the credentials of
// docker login or podman login.
func push(ctx context.Context, r packaging.Release, insecure bool, out io.Writer) error {
	var options []name.Option
	if insecure {
		options = append(options, name.Insecure)
	}
	to, err := name.NewTag(r.Reference(), options...)
	if err != nil {
		return fmt.Errorf("push the image: %w", err)
	}
	images, err := r.Images()
	if err != nil {
		return err
	}
	index, err := packaging.Index(images...)
	if err != nil {
		return err
	}
	if err := remote.WriteIndex(to, index, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)); err != nil {
		return fmt.Errorf("push the image %s: %w", to, err)
	}
	digest, err := index.Digest()
	if err != nil {
		return fmt.Errorf("push the image %s: %w", to, err)
	}
	_, err = fmt.Fprintf(out, "%s@%s\n", to, digest)
	return err
}
