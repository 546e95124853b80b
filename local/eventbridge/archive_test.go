package eventbridge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

const (
	busARN     = "arn:aws:events:us-east-1:000000000000:event-bus/orders"
	archiveARN = "arn:aws:events:us-east-1:000000000000:archive/all"
	archiveAll = `{"ArchiveName":"all","EventSourceArn":"` + busARN + `"}`
)

func count(f *fixture, t *testing.T, archive string) int {
	t.Helper()
	return int(f.as(t, "DescribeArchive", `{"ArchiveName":"`+archive+`"}`)["EventCount"].(float64))
}

func TestArchiveKeepsWhatItsPatternMatches(t *testing.T) {
	f := newFixture(t)
	f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
	client := f.client(t)
	name, bus, pattern, days := "big", busARN, `{"detail":{"amount":[{"numeric":[">",500]}]}}`, int32(3)
	made, err := client.CreateArchive(t.Context(), &sdk.CreateArchiveInput{
		ArchiveName: &name, EventSourceArn: &bus, EventPattern: &pattern, RetentionDays: &days,
	})
	if err != nil || made.State != types.ArchiveStateEnabled || *made.ArchiveArn != "arn:aws:events:us-east-1:000000000000:archive/big" {
		t.Fatalf("created: got %+v, %v; want it enabled", made, err)
	}
	f.as(t, "CreateArchive", archiveAll)
	f.put(t, `{"amount":100}`)
	id := f.put(t, `{"amount":501}`)
	got, err := client.DescribeArchive(t.Context(), &sdk.DescribeArchiveInput{ArchiveName: &name})
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(len(event(id, `{"amount":501}`))); got.EventCount != 1 || got.SizeBytes != want || *got.EventPattern != pattern || *got.RetentionDays != 3 {
		t.Errorf("got %+v, want one event of %d bytes", got, want)
	}
	if got := count(f, t, "all"); got != 2 {
		t.Errorf("the archive without a pattern has %d events, want 2", got)
	}
	list, err := client.ListArchives(t.Context(), &sdk.ListArchivesInput{EventSourceArn: &bus})
	if err != nil || len(list.Archives) != 2 || *list.Archives[0].ArchiveName != "all" {
		t.Errorf("listed: got %+v, %v; want both", list, err)
	}
}

func TestArchiveIsChanged(t *testing.T) {
	f := newFixture(t)
	f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
	f.as(t, "CreateArchive", archiveAll)
	f.put(t, `{"n":1}`)
	f.as(t, "UpdateArchive", `{"ArchiveName":"all","EventPattern":"{\"source\":[\"nobody\"]}"}`)
	f.put(t, `{"n":2}`)
	f.as(t, "UpdateArchive", `{"ArchiveName":"all","Description":"d"}`)
	f.put(t, `{"n":3}`)
	out := f.as(t, "DescribeArchive", `{"ArchiveName":"all"}`)
	if out["EventCount"] != 1.0 || out["Description"] != "d" || out["EventPattern"] != `{"source":["nobody"]}` {
		t.Errorf("got %v, want the first event and both changes", out)
	}
	f.as(t, "DeleteArchive", `{"ArchiveName":"all"}`)
	if got := refused(f, t, "DescribeArchive", `{"ArchiveName":"all"}`); got != "ResourceNotFoundException" {
		t.Errorf("a deleted archive: got %q, want ResourceNotFoundException", got)
	}
}

func TestArchivesAreRefused(t *testing.T) {
	f := newFixture(t)
	f.as(t, "CreateEventBus", `{"Name":"orders"}`)
	f.as(t, "CreateArchive", archiveAll)
	tests := []struct{ operation, input, want string }{
		{"CreateArchive", archiveAll, "ResourceAlreadyExistsException"},
		{"CreateArchive", `{"ArchiveName":"a","EventSourceArn":"arn:aws:events:us-east-1:000000000000:event-bus/none"}`, "ResourceNotFoundException"},
		{"CreateArchive", `{"ArchiveName":"a b","EventSourceArn":"` + busARN + `"}`, "ValidationException"},
		{"CreateArchive", `{"ArchiveName":"` + strings.Repeat("a", 49) + `","EventSourceArn":"` + busARN + `"}`, "ValidationException"},
		{"CreateArchive", `{"ArchiveName":"a","EventSourceArn":"orders"}`, "ValidationException"},
		{"CreateArchive", `{"ArchiveName":"a","EventSourceArn":"` + busARN + `","RetentionDays":-1}`, "ValidationException"},
		{"CreateArchive", `{"ArchiveName":"a","EventSourceArn":"` + busARN + `","KmsKeyIdentifier":"k"}`, "ValidationException"},
		{"CreateArchive", `{"ArchiveName":"a","EventSourceArn":"` + busARN + `","EventPattern":"{}x"}`, "InvalidEventPatternException"},
		{"UpdateArchive", `{"ArchiveName":"none"}`, "ResourceNotFoundException"},
		{"DeleteArchive", `{"ArchiveName":"none"}`, "ResourceNotFoundException"},
		{"ListArchives", `{"EventSourceArn":"arn:aws:events:us-east-1:000000000000:event-bus/none"}`, "ResourceNotFoundException"},
		{"DeleteEventBus", `{"Name":"orders"}`, "ValidationException"},
	}
	for _, test := range tests {
		if got := refused(f, t, test.operation, test.input); got != test.want {
			t.Errorf("%s(%s): got %q, want %s", test.operation, test.input, got, test.want)
		}
	}
}

func TestArchiveForgetsAfterItsRetention(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.as(t, "CreateArchive", strings.Replace(archiveAll, "{", `{"RetentionDays":2,`, 1))
		for _, want := range []int{1, 2, 2, 2} { // the third comes when the first is two days old
			f.put(t, `{}`)
			if got := count(f, t, "all"); got != want {
				t.Errorf("got %d events, want %d", got, want)
			}
			time.Sleep(24 * time.Hour)
		}
		time.Sleep(24 * time.Hour)
		if got := count(f, t, "all"); got != 0 {
			t.Errorf("got %d events after two days without any, want 0", got)
		}
	})
}

func TestArchiveLifecycle(t *testing.T) {
	f := newFixture(t)
	made(t, f, "EventBus", `{"Name":"orders"}`)
	first := `{"ArchiveName":"all","SourceArn":"` + busARN + `","RetentionDays":"7","EventPattern":{"source":["order-service"]}}`
	a := made(t, f, "Archive", first)
	describe := func() string {
		out := f.as(t, "DescribeArchive", `{"ArchiveName":"all"}`)
		return fmt.Sprintln(out["RetentionDays"], out["EventPattern"], out["Description"], out["EventCount"])
	}
	f.put(t, `{}`)
	before := describe()
	instance := a.update(`{"ArchiveName":"all","SourceArn":"` + busARN + `","Description":"d"}`)
	if instance.Attributes["Arn"] != archiveARN || instance.Attributes["ArchiveName"] != "all" {
		t.Errorf("updated: got attributes %v, want Arn %s and ArchiveName", instance.Attributes, archiveARN)
	}
	after := describe()
	if want := "0 <nil> d 1\n"; after != want {
		t.Errorf("updated: got %s, want %s", after, want)
	}
	for _, properties := range []string{
		`{"ArchiveName":"all","SourceArn":"` + busARN + `","EventPattern":{"source":"s"}}`,
		`{"ArchiveName":"all","SourceArn":"` + busARN + `","RetentionDays":-1}`,
		`{"ArchiveName":"all","SourceArn":"` + busARN + `","KmsKeyIdentifier":"k"}`,
		`{"ArchiveName":"all","SourceArn":"` + busARN + `","Unknown":1}`, `{"ArchiveName":"all"}`,
	} {
		if _, err := a.tryUpdate(properties); err == nil || describe() != after {
			t.Errorf("update to %s: got %v and %s, want a refusal and %s", properties, err, describe(), after)
		}
	}
	a.update(first)
	if got := describe(); got != before {
		t.Errorf("updated back: got %s, want %s", got, before)
	}
	again := define(t, f, "Archive", first)
	if _, err := again.kind.Create(t.Context(), again.def); frontdoor.Code(err) != "ResourceAlreadyExistsException" {
		t.Errorf("a name that is taken: got %v, want ResourceAlreadyExistsException", err)
	}
	a.delete()
	a.delete()
	if _, err := a.tryUpdate(first); frontdoor.Code(err) != "ResourceNotFoundException" {
		t.Errorf("update of a deleted archive: got %v, want ResourceNotFoundException", err)
	}
}

func TestArchivedEventsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := fixtureWith(t, kept)
	bus := made(t, f, "EventBus", `{"Name":"orders"}`)
	archive := made(t, f, "Archive", `{"ArchiveName":"all","SourceArn":"`+busARN+`"}`)
	dropped := made(t, f, "Archive", `{"ArchiveName":"dropped","SourceArn":"`+busARN+`"}`)
	f.put(t, `{"n":1}`)
	f.put(t, `{"n":2}`)
	dropped.delete()
	f.queue.Close()
	kept.Close()

	if kept, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	f = fixtureWith(t, kept)
	for _, x := range []*thing{bus, archive} {
		if _, err := f.Resources()[x.def.Type].Create(t.Context(), x.def); err != nil {
			t.Fatalf("take up %s: %v", x.def.PhysicalID, err)
		}
	}
	made(t, f, "Archive", `{"ArchiveName":"dropped","SourceArn":"`+busARN+`"}`)
	f.put(t, `{"n":3}`)
	if all, fresh := count(f, t, "all"), count(f, t, "dropped"); all != 3 || fresh != 1 {
		t.Errorf("got %d and %d events, want 3 in the one that was kept and 1 in the one made anew", all, fresh)
	}
}
