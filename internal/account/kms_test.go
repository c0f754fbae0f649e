package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"gocloud.dev/gcerrors"
	"gocloud.dev/secrets"

	"github.com/gennaker/gennaker/internal/store/storetest"
)

// service is a key management service that can be down.
type service struct{ down atomic.Bool }

func (s *service) OpenKeeperURL(context.Context, *url.URL) (*secrets.Keeper, error) {
	return secrets.NewKeeper(s), nil
}

var errDown = errors.New("the service is down")

func (s *service) Encrypt(_ context.Context, plain []byte) ([]byte, error) {
	return append([]byte("sealed"), plain...), nil
}

func (s *service) Decrypt(_ context.Context, sealed []byte) ([]byte, error) {
	if s.down.Load() {
		return nil, errDown
	}
	return sealed[len("sealed"):], nil
}

func (*service) Close() error                       { return nil }
func (*service) ErrorAs(error, any) bool            { return false }
func (*service) ErrorCode(error) gcerrors.ErrorCode { return gcerrors.Unknown }

// While a key management service is down, accounts that were in use stay as
// they were, and those it has yet to open are used as soon as it is back.
func TestKeyManagementServiceIsDown(t *testing.T) {
	t.Parallel()
	kms := &service{}
	secrets.DefaultURLMux().RegisterKeeper("testkms", kms)
	st := storetest.SQLite(t)
	writer, reader := newKit(t, st, with(keys(t, "testkms://key"))), newKit(t, st, with(keys(t, "testkms://key")))
	if _, err := writer.Create(t.Context(), prod(), "ann"); err != nil {
		t.Fatal(err)
	}
	if err := reader.Load(t.Context()); err != nil || reader.config("prod").Token != "hunter2" {
		t.Fatal(err)
	}
	kms.down.Store(true)
	for _, definition := range []object{prod("token", "hunter3"), prod("name", "new")} {
		if _, err := writer.Save(t.Context(), definition, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	if err := reader.Load(t.Context()); err != nil || reader.names() != "prod static" || reader.config("prod").Token != "hunter2" {
		t.Errorf("there are %s, %v", reader.names(), err)
	}
	if report, err := reader.Check(t.Context(), "new"); err != nil || !strings.Contains(fmt.Sprint(report), "key management service") {
		t.Errorf("the report is %+v, %v", report, err)
	}
	kms.down.Store(false)
	reader.run()
	reader.until("the accounts are as stored", func() bool {
		return reader.names() == "new prod static" && reader.config("prod").Token == "hunter3"
	})
}
