package recoup_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

// schema is a JSON Schema, as far as those of this repository go.
type schema struct {
	Ref         string             `json:"$ref"`
	Definitions map[string]*schema `json:"$defs"`
	Description string             `json:"description"`
	Type        types              `json:"type"`
	Format      string             `json:"format"`
	Const       *string            `json:"const"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	Values      json.RawMessage    `json:"additionalProperties"`
	AnyOf       []*schema          `json:"anyOf"`
	OneOf       []*schema          `json:"oneOf"`
}

// types are one name or several.
type types []string

func (t *types) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*t = types{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(t))
}

func readSchema(t *testing.T, file string) *schema {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	read := new(schema)
	must(t, json.Unmarshal(text, read))
	return read
}

// complaints is a test, or its replacement.
type complaints interface {
	Helper()
	Errorf(format string, values ...interface{})
}

// comparison compares a schema with Go types.
type comparison struct {
	t     complaints
	root  *schema
	taken bool
}

func TestTheTypesAreThoseOfTheSchemas(t *testing.T) {
	files, err := filepath.Glob("../../schemas/*.schema.json")
	must(t, err)
	if len(files) != len(documents) {
		t.Errorf("%d schemas, and %d documents are listed here", len(files), len(documents))
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".schema.json")
		document, listed := documents[name]
		if !listed {
			t.Errorf("%s is not listed", name)
		}
		if document == nil {
			continue
		}
		root := readSchema(t, file)
		taken := strings.Contains(name, "-filter") || strings.Contains(name, "-options") || requests[name]
		(&comparison{t, root, taken}).compare(name, root, reflect.TypeOf(document), false)
	}
}

// plain is the schema behind references and beside null.
func (c *comparison) plain(s *schema) (plain *schema, name string, null bool) {
	for {
		switch {
		case s.Ref != "":
			name = strings.TrimPrefix(s.Ref, "#/$defs/")
			s = c.root.Definitions[name]
		case len(s.AnyOf) == 2 && reflect.DeepEqual(s.AnyOf[1].Type, types{"null"}):
			s, null = s.AnyOf[0], true
		case c.taken && len(s.AnyOf) == 2 && reflect.DeepEqual(s.AnyOf[1].Type, types{"array"}):
			// One value, or a list of them: the type gives one.
			s = s.AnyOf[0]
		default:
			for _, kind := range s.Type {
				null = null || kind == "null" && len(s.Type) == 2
			}
			return s, name, null
		}
	}
}

func (c *comparison) compare(path string, s *schema, have reflect.Type, optional bool) {
	c.t.Helper()
	s, name, null := c.plain(s)
	optional = optional || null
	wrong := func(want string) { c.t.Errorf("%s is %v and should be %s", path, have, want) }
	pointer := have.Kind() == reflect.Ptr
	if pointer {
		if !optional {
			wrong("no pointer, since it is always there")
		}
		have = have.Elem()
	}
	if form, ok := written[name]; ok {
		if have != form || optional && !pointer && !c.taken {
			wrong(form.String() + ", and a pointer where it may be absent")
		}
		return
	}
	consts := constants(s)
	switch {
	case consts != nil:
		if have.Kind() != reflect.String || pointer {
			wrong("a type of text")
		} else if got := known[have.Name()]; !reflect.DeepEqual(got, consts) {
			c.t.Errorf("%s: %s has %q, and the schema %q", path, have.Name(), got, consts)
		}
	case s.kind() == "string":
		if have.Kind() != reflect.String || pointer {
			wrong("text, empty where there is none")
		}
	case s.kind() == "boolean":
		if have.Kind() != reflect.Bool || optional && !pointer && !c.taken && !absentIsZero[last(path)] {
			wrong("a bool, and a pointer where it may be absent")
		}
	case s.kind() == "integer":
		// Whole numbers of 64 bits with a sign are ids and amounts; an id is never 0.
		want := map[string]reflect.Kind{"int64": reflect.Int64, "uint16": reflect.Uint16, "uint32": reflect.Uint32,
			"uint64": reflect.Uint64, "uint": reflect.Uint64}[s.Format]
		if have.Kind() != want || pointer && want == reflect.Int64 ||
			optional && !pointer && want != reflect.Int64 && !c.taken && !absentIsZero[last(path)] {
			wrong("a " + want.String() + ", and a pointer where 0 would not be absent")
		}
	case s.kind() == "array":
		if have.Kind() != reflect.Slice || pointer {
			wrong("a slice")
			return
		}
		c.compare(path+"[]", s.Items, have.Elem(), false)
	case s.kind() == "object" && s.Properties == nil && s.Values != nil:
		if have.Kind() != reflect.Map {
			wrong("a map")
		}
	case s.Properties != nil || s.OneOf != nil:
		if have.Kind() != reflect.Struct || optional && !pointer {
			wrong("a struct, and a pointer where it may be absent")
			return
		}
		c.object(path, s, have)
	default:
		if have != reflect.TypeOf(json.RawMessage{}) {
			wrong("json.RawMessage, since it may be anything")
		}
	}
}

func last(path string) string { return path[strings.LastIndex(path, ".")+1:] }

func (s *schema) kind() string {
	if len(s.Type) == 0 {
		return ""
	}
	return s.Type[0]
}

// constants are the values of an enumeration; nil if it is none.
func constants(s *schema) []string {
	var all []string
	for _, one := range append(append([]*schema{}, s.AnyOf...), s.OneOf...) {
		if one.kind() != "string" {
			return nil
		}
		if one.Const != nil {
			all = append(all, *one.Const)
		}
	}
	sort.Strings(all)
	return all
}

// object compares members both ways.
func (c *comparison) object(path string, s *schema, have reflect.Type) {
	if have == reflect.TypeOf(recoup.JournalEntry{}) {
		c.journal(path, s, have)
		return
	}
	if strings.HasPrefix(have.Name(), "Page[") {
		items, _ := have.FieldByName("Items")
		c.compare(path+".items", s.Properties["items"], items.Type, false)
		return
	}
	fields := fieldsOf(have)
	for name, member := range c.members(s) {
		field, ok := fields[name]
		if !ok {
			c.t.Errorf("%s: %v has no %s", path, have, name)
			continue
		}
		delete(fields, name)
		if member.tag {
			c.tag(path+"."+name, member, field)
			continue
		}
		if member.variant && field.Kind() == reflect.Bool {
			continue // Of another variant it is false.
		}
		c.compare(path+"."+name, member.schema, field, member.optional)
	}
	for name := range fields {
		c.t.Errorf("%s: the schema has no %s of %v", path, name, have)
	}
}

type property struct {
	schema            *schema
	optional, variant bool
	// tag identifies the variant, by one of these values.
	tag    bool
	values []string
}

// members are an object's, and those of its variants.
func (c *comparison) members(s *schema) map[string]property {
	all := map[string]property{}
	for name, schema := range s.Properties {
		all[name] = property{schema: schema, optional: !s.requires(name)}
	}
	for _, variant := range s.OneOf {
		for name, schema := range variant.Properties {
			switch before, seen := all[name]; {
			case schema.Const != nil:
				all[name] = property{schema: schema, tag: true, values: append(before.values, *schema.Const)}
			case !seen:
				all[name] = property{schema: schema, optional: true, variant: true}
			}
		}
	}
	return all
}

func (s *schema) requires(name string) bool {
	for _, required := range s.Required {
		if required == name {
			return true
		}
	}
	return false
}

func (c *comparison) tag(path string, tag property, have reflect.Type) {
	sort.Strings(tag.values)
	if have.Kind() != reflect.String {
		c.t.Errorf("%s is %v and should be text", path, have)
	} else if values, ok := known[have.Name()]; ok && have.Name() != "Store" && !reflect.DeepEqual(values, tag.values) {
		c.t.Errorf("%s: %s has %q, and the schema %q", path, have.Name(), values, tag.values)
	}
}

func fieldsOf(have reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := 0; i < have.NumField(); i++ {
		if have.Field(i).Anonymous {
			for name, field := range fieldsOf(have.Field(i).Type) {
				fields[name] = field
			}
			continue
		}
		name, _, _ := strings.Cut(have.Field(i).Tag.Get("json"), ",")
		if name != "-" {
			fields[name] = have.Field(i).Type
		}
	}
	return fields
}

// journal compares each kind of entry with the type of its happening.
func (c *comparison) journal(path string, s *schema, have reflect.Type) {
	seen := 0
	for _, variant := range s.OneOf {
		what := variant.Properties["what"]
		if what.Const == nil {
			continue
		}
		seen++
		happening, ok := happenings[*what.Const]
		if !ok {
			c.t.Errorf("%s: nothing is listed for %s", path, *what.Const)
			continue
		}
		var entry recoup.JournalEntry
		if err := json.Unmarshal([]byte(`{"what":"`+*what.Const+`"}`), &entry); err != nil || reflect.TypeOf(entry.Happening) != reflect.TypeOf(happening) {
			c.t.Errorf("%s: %s is read as %T", path, *what.Const, entry.Happening)
		}
		without := *variant
		without.Properties = map[string]*schema{}
		for name, property := range variant.Properties {
			if name != "what" {
				without.Properties[name] = property
			}
		}
		c.object(path+"."+*what.Const, &without, reflect.TypeOf(happening).Elem())
	}
	if seen != len(happenings) {
		c.t.Errorf("%s: %d happenings are listed, and the schema has %d", path, len(happenings), seen)
	}
	common := schema{Properties: map[string]*schema{"what": {Type: types{"string"}}}, Required: append(s.Required, "what")}
	for name, property := range s.Properties {
		common.Properties[name] = property
	}
	fields := fieldsOf(have)
	for name, property := range common.Properties {
		field, ok := fields[name]
		if !ok {
			c.t.Errorf("%s: a journal entry has no %s", path, name)
			continue
		}
		delete(fields, name)
		c.compare(path+"."+name, property, field, !common.requires(name))
	}
	for name := range fields {
		c.t.Errorf("%s: the schema has no %s", path, name)
	}
}

// A comparison that accepts a wrong type is useless.
func TestAChangedTypeIsNoticed(t *testing.T) {
	root := readSchema(t, "../../schemas/stats.schema.json")
	type (
		less struct {
			BlockedUsers uint64 `json:"blocked_users"`
		}
		other struct {
			BlockedUsers  uint64 `json:"blocked_users"`
			EventsWaiting string `json:"events_waiting"`
		}
		more struct {
			BlockedUsers  uint64 `json:"blocked_users"`
			EventsWaiting int64  `json:"events_waiting"`
			Players       int64  `json:"players"`
		}
	)
	for _, wrong := range []interface{}{less{}, other{}, more{}, recoup.Money{}, ""} {
		var count complaintCount
		(&comparison{&count, root, false}).compare("stats", root, reflect.TypeOf(wrong), false)
		if count == 0 {
			t.Errorf("%T passes", wrong)
		}
	}
}

// complaintCount counts complaints.
type complaintCount int

func (c *complaintCount) Helper()                       {}
func (c *complaintCount) Errorf(string, ...interface{}) { *c++ }

func TestAdditionsOfALaterVersionAreKept(t *testing.T) {
	text := `{"id":7,"store":"moon-store","state":"melted","at":1790000000000,"environment":null,"user":null,"later":{"a":1},
		"decision":{"rule":"r","action":{"mute":"7d"}},"about":{"capture":{"frozen":{}}},"amount":{"micros":-5,"currency":"USD"}}`
	var refund recoup.Refund
	must(t, json.Unmarshal([]byte(text), &refund))
	if refund.Store != "moon-store" || refund.State != "melted" || refund.Environment != "" || refund.User != "" ||
		refund.Decision.Action.Kind != "mute" || refund.About.Capture.Kind != "frozen" || refund.Amount.Micros != -5 {
		t.Errorf("%+v", refund)
	}
	if string(refund.JSON) != text || string(refund.Decision.Action.JSON) != `{"mute":"7d"}` {
		t.Errorf("%s", refund.JSON)
	}
	var entry recoup.JournalEntry
	must(t, json.Unmarshal([]byte(`{"id":1,"at":0,"what":"thawed","by":["ann"]}`), &entry))
	if entry.What != "thawed" || entry.Happening != nil || !strings.Contains(string(entry.JSON), `"by"`) ||
		!entry.At.Equal(time.UnixMilli(0)) {
		t.Errorf("%+v", entry)
	}
	var page recoup.Page[recoup.Block]
	must(t, json.Unmarshal([]byte(`{"items":[{"id":3,"cause":{"by":"a court"}}],"next":3}`), &page))
	if page.Next != 3 || len(page.Items) != 1 || page.Items[0].Cause.By != "a court" || page.JSON == nil {
		t.Errorf("%+v", page)
	}
}

func TestActionsAndCapturesAreTextOrAnObject(t *testing.T) {
	var actions []recoup.Action
	must(t, json.Unmarshal([]byte(`["alert",{"block":"7d"},{"block":"permanently"},{"block":"repaid","grace":"3d"}]`), &actions))
	for i, want := range []recoup.Action{{Kind: recoup.ActionAlert}, {Kind: recoup.ActionBlock, BlockFor: "7d"},
		{Kind: recoup.ActionBlock, BlockFor: "permanently"}, {Kind: recoup.ActionBlock, BlockFor: "repaid", Grace: "3d"}} {
		if actions[i].Kind != want.Kind || actions[i].BlockFor != want.BlockFor || actions[i].Grace != want.Grace {
			t.Errorf("%+v", actions[i])
		}
	}
	var captures []recoup.Capture
	must(t, json.Unmarshal([]byte(`["presumed",{"reported":{"at":5,"captured":{"micros":1,"currency":"USD"}}}]`), &captures))
	if captures[0].Kind != recoup.CapturePresumed || captures[0].Reported != nil ||
		captures[1].Reported.Captured.Currency != "USD" || captures[1].Reported.At.UnixMilli() != 5 {
		t.Errorf("%+v", captures)
	}
	var none recoup.Action
	if json.Unmarshal([]byte(`[]`), &none) == nil {
		t.Error("a list is an action")
	}
}

func TestAnEndedBlockHasItsReason(t *testing.T) {
	e := open(t)
	block(t, e)
	_, err := e.Unblock("ann", "eve", "appeal")
	must(t, err)
	user, err := e.User("ann")
	must(t, err)
	ended := user.Blocks[0].Ended
	if user.Blocked || ended == nil || ended.EndedBy != recoup.EndedByOperator || ended.Who != "eve" || ended.Why != "appeal" {
		t.Errorf("%s", user.JSON)
	}
	var whys []string
	for _, entry := range user.Journal {
		switch happening := entry.Happening.(type) {
		case *recoup.JournalBlocked:
			whys = append(whys, happening.Why)
		case *recoup.JournalBlockEnded:
			whys = append(whys, happening.Why)
		}
	}
	if !reflect.DeepEqual(whys, []string{"test", "appeal"}) {
		t.Errorf("%q in %s", whys, user.JSON)
	}
}
