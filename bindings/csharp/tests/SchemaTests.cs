using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Recoup;
using Recoup.Native;

/// <summary>The types of documents against schemas/*.schema.json: what a schema has, the type has too, and nothing more.</summary>
internal static class SchemaTests
{
    /// <summary>
    /// What the library returns; a document that is one of several has several types. Null: a list of documents with a schema of
    /// their own.
    /// </summary>
    private static readonly Dictionary<string, DocumentType[]> Returned = new Dictionary<string, DocumentType[]>
    {
        { "access", One(Access.Read) },
        { "action", One(StoreAction.Read) },
        { "action-page", One(value => Page<StoreAction>.Read(value, StoreAction.Read)) },
        { "block", One(Block.Read) },
        { "case-file", One(CaseFile.Read) },
        { "block-page", One(value => Page<Block>.Read(value, Block.Read)) },
        { "completion", new[] { One(OutcomeDetails.Read)[0], One(FailureDetails.Read)[0] } },
        { "completion-list", null },
        { "dead-letter", One(DeadLetter.Read) },
        { "dead-letter-page", One(value => Page<DeadLetter>.Read(value, DeadLetter.Read)) },
        { "debtor-page", One(DebtorPage.Read) },
        { "debts", One(UserDebts.Read) },
        { "doctor-report", One(DoctorReport.Read) },
        { "event", One(EventDetails.Read) },
        { "event-list", null },
        { "exclusion", One(Exclusion.Read) },
        { "exclusion-made", One(MadeExclusion.Read) },
        { "exclusion-page", One(value => Page<Exclusion>.Read(value, Exclusion.Read)) },
        { "exported", One(ExportResult.Read) },
        { "figures", One(Figures.Read) },
        { "finding", One(DoctorFinding.Read) },
        { "forgotten", One(ForgetResult.Read) },
        { "found", One(Found.Read) },
        { "journal-entry", One(JournalEntry.Read) },
        { "note", One(Note.Read) },
        { "note-list", null },
        { "notice", One(Notice.Read) },
        { "notice-list", null },
        { "order", One(OrderHistory.Read) },
        { "outcome", One(OutcomeDetails.Read) },
        { "policy-trial", One(PolicyTrial.Read) },
        { "pruned", One(PruneResult.Read) },
        { "reconcile-order-result", One(ReconcileOrderResult.Read) },
        { "reconcile-result", One(ReconcileResult.Read) },
        { "recovery", One(Recovery.Read) },
        { "recovery-entry-list", null },
        { "refund", One(Refund.Read) },
        { "refund-count", One(RefundCount.Read) },
        { "refund-page", One(value => Page<Refund>.Read(value, Refund.Read)) },
        { "repayment-outcome", One(RepaymentOutcome.Read) },
        { "report-outcome", One(ReportOutcome.Read) },
        { "review", One(RefundReview.ReadOrNull) },
        { "review-figures", One(ReviewFigures.Read) },
        { "review-page", One(value => Page<RefundReview>.Read(value, RefundReview.Read)) },
        { "stats", One(Stats.Read) },
        { "sweep", One(Sweep.Read) },
        { "to-do", One(ToDo.Read) },
        { "transfer-result", One(TransferResult.Read) },
        { "tried", One(TrialProgress.Read) },
        { "user", One(UserHistory.Read) },
        { "webhook-endpoint-list", One(WebhookEndpoint.Read) },
        { "webhook-message-page", One(value => Page<WebhookMessage>.Read(value, WebhookMessage.Read)) },
        { "webhook-test", One(WebhookTest.Read) },
        { "work-count-list", One(WorkCount.Read) },
        { "work-result", One(WorkResult.Read) },
    };

    /// <summary>What the library takes, which this binding takes as JSON.</summary>
    private static readonly string[] Taken =
    {
        "action-filter", "configuration", "consumption", "doctor-options", "issue-refund", "listen-options", "message", "policy", "purchase",
        "purchases", "reconcile-options", "review-filter", "revoke-subscription",
    };

    /// <summary>What the library sends to others, or writes to a stream: this binding has no types for it.</summary>
    private static readonly string[] Sent = { "user-export", "webhook-event" };

    /// <summary>What the library takes, and the document with all members that this binding writes for it.</summary>
    private static readonly Dictionary<string, Func<string>> Written = new Dictionary<string, Func<string>>
    {
        { "access-decision", () => RecoupEngine.AccessArgument(true, "eve", "test", At(1000)) },
        { "export", FullExport },
        { "figures-question", FullQuestion },
        { "forget", () => RecoupEngine.ForgetArgument("eve", "test", true) },
        { "forgive", () => RecoupEngine.ForgiveArgument("k", "eve", "test", new[] { new Grant("gem", 1) }, true) },
        { "granted", () => RecoupEngine.GrantedArgument(new[] { new Grant("gem", 1) }, "eve", "test") },
        { "new-exclusion", FullExclusion },
        { "new-note", () => Joined(RecoupEngine.NoteArgument(1, "hello", "eve"), RecoupEngine.NoteArgument("ann", "hello", "eve")) },
        { "note-on", () => Joined(RecoupEngine.NoteOnArgument(1), RecoupEngine.NoteOnArgument("ann")) },
        { "overrule", () => RecoupEngine.OverruleArgument(RuleAction.BlockFor("repaid", "3d"), "eve", "test") },
        { "recovery-report", () => new RecoveryReport { Key = "k", Taken = { new Grant("gem", 1) }, Returned = { new Grant("gem", 1) }, Who = "shop", Why = "test" }.Json() },
        { "refund-filter", FullFilter },
        { "repayment", () => new Repayment { Key = "k", Items = { new Grant("gem", 1) }, Who = "shop", Why = "test" }.Json() },
        { "try-options", () => new TrialOptions { Since = At(1000), Until = At(2000), Examples = 1 }.Json() },
        { "webhook-message-filter", () => new WebhookMessageFilter { Endpoint = "crm", State = WebhookState.Dead, User = "ann", RefundId = 1 }.Json() },
        { "webhook-replay", () => RecoupEngine.ReplayArgument(1, "eve", "test") },
    };

    internal static string Folder { get; set; }

    [Test]
    private static void EverySchemaIsKnown()
    {
        var files = Directory.GetFiles(Folder, "*.schema.json").Select(file => Path.GetFileName(file).Replace(".schema.json", string.Empty));
        var known = Returned.Keys.Concat(Taken).Concat(Sent).Concat(Written.Keys).ToList();
        Check.Equal(string.Empty, Lines(files.Except(known)), "schemas that this test does not cover");
        Check.Equal(string.Empty, Lines(known.Except(files)), "schemas that are gone");
    }

    [Test]
    private static void EveryMemberHasAPropertyOfItsKindAndEveryPropertyAMember()
    {
        var faults = new List<string>();
        foreach (var document in Documents())
        {
            Compare(document.Schema, document.Type, false, document.Name, faults);
        }
        Check.Equal(string.Empty, Lines(faults.Distinct()));
    }

    [Test]
    private static void EveryMemberIsReadIntoItsProperty()
    {
        foreach (var document in Documents())
        {
            foreach (var sample in Samples.Full(document.Schema).Concat(Samples.Least(document.Schema)))
            {
                var value = JsonValue.Parse(sample);
                Same(document.Read(value), value, document.Name);
            }
        }
    }

    [Test]
    private static void MissingRequiredMembersFail()
    {
        foreach (var document in Documents())
        {
            foreach (var pair in Samples.Lacking(document.Schema))
            {
                var failure = Check.Throws<FormatException>(() => document.Read(JsonValue.Parse(pair.Value)));
                Check.True(failure.Message.Contains("\"" + pair.Key + "\""), document.Name + " without " + pair.Key + ": " + failure.Message);
            }
        }
    }

    [Test]
    private static void MembersThatANewerLibraryAddsAreKept()
    {
        const string Added = "{\"x\":[1, \"\\u00e9\"]}";
        foreach (var document in Documents())
        {
            foreach (var sample in Samples.Full(document.Schema))
            {
                var newer = sample.Substring(0, sample.Length - 1) + ",\"added_later\":" + Added + "}";
                var read = document.Read(JsonValue.Parse(newer));
                Check.Equal(1, read.AdditionalMembers.Count, document.Name);
                Check.Equal(Added, read.AdditionalMembers["added_later"], document.Name);
                Check.Equal(newer, read.Json, document.Name);
            }
        }
    }

    [Test]
    private static void ValuesThatANewerLibraryAddsAreKept()
    {
        foreach (var document in Documents())
        {
            foreach (var sample in Samples.Full(document.Schema, true))
            {
                var value = JsonValue.Parse(sample);
                Same(document.Read(value), value, document.Name);
            }
        }
    }

    [Test]
    private static void EveryMemberOfAnArgumentIsWritten()
    {
        foreach (var argument in Written)
        {
            var schema = JsonValue.Parse(File.ReadAllText(Path.Combine(Folder, argument.Key + ".schema.json")));
            var written = JsonValue.Parse(argument.Value());
            Check.Equal(Lines(schema.Members["properties"].Members.Keys), Lines(written.Members.Keys), argument.Key);
        }
    }

    [Test]
    private static void EveryValueOfAnArgumentHasItsName()
    {
        foreach (var rest in new[] { RecoveryRest.Owed, RecoveryRest.Forgiven, RecoveryRest.WrittenOff })
        {
            var written = JsonValue.Parse(new RecoveryReport { Rest = rest }.Json());
            Check.Equal(new OpenEnum<RecoveryRest>(written.Members["rest"].Text), rest);
        }
        var filter = JsonValue.Parse(FullFilter()).Members;
        Check.Equal("sandbox partly_refunded", filter["environment"].Text + " " + filter["state"].Text);
        Check.Equal("[\"partly_recovered\",\"open\"]", filter["work_status"].Raw);
        Check.Equal("1000", filter["since"].Raw);
        HasNames<ExportKind>("export", "ExportKind");
        HasNames<ExportFormat>("export", "ExportFormat");
        HasNames<FigureGroup>("figures-question", "GroupBy");
        HasNames<FigureList>("figures-question", "FigureList");
        Check.Equal("\"alert\"", RuleAction.Of(RuleActionKind.Alert).Json);
        Check.Equal("{\"block\":\"7d\"}", RuleAction.BlockFor("7d").Json);
        Check.Equal("{\"block\":\"repaid\",\"grace\":\"3d\"}", RuleAction.BlockFor("repaid", "3d").Json);
        Check.Throws<ArgumentOutOfRangeException>(() => RuleAction.Of(RuleActionKind.Block));
        Check.Equal("{\"who\":\"eve\",\"why\":\"test\"}", RecoupEngine.OverruleArgument(null, "eve", "test"));
        Check.Equal("{\"dead\":{\"endpoint\":\"crm\"}}", JsonValue.Parse(RecoupEngine.ReplayArgument("crm", "eve", "test")).Members["replay"].Raw);
        Check.Equal(
            "{\"period\":{\"endpoint\":\"crm\",\"since\":1000,\"until\":2000}}",
            JsonValue.Parse(RecoupEngine.ReplayArgument("crm", At(1000), At(2000), "eve", "test")).Members["replay"].Raw);
    }

    [Test]
    private static void TextIsWrittenAsJson()
    {
        const string Text = "a\"b\\c\u0001\n\té\ud83d\ude00/";
        Check.Equal(Text, JsonValue.Parse(new JsonWriter().Text("text", Text).Object()).Members["text"].Text);
        Check.Equal("{}", new JsonWriter().Text("a", null).Number("b", null).Flag("c", null).Enum<StoreState>("d", null).Object());
    }

    private static string FullFilter()
    {
        return new RefundFilter
        {
            Store = Stores.AppStore, App = "app", Environment = StoreEnvironment.Sandbox, User = "ann", OrderId = "1", State = StoreState.PartlyRefunded,
            WorkStatus = { WorkStatus.PartlyRecovered, WorkStatus.Open }, ToDo = true, Assignee = "eve", Product = "gems", Unattributed = false,
            Since = DateTimeOffset.FromUnixTimeMilliseconds(1000), Until = DateTimeOffset.FromUnixTimeMilliseconds(2000),
            FirstSeenSince = At(1000), FirstSeenUntil = At(2000), Reason = Reason.FriendlyFraud, Trust = Trust.Signed, Country = "KR", Currency = "KRW",
            AmountAtLeast = 1, AmountAtMost = 2, Rule = "owed", Action = RuleActionKind.Block, Blocked = true, Sort = RefundSort.FirstSeen,
            Order = ListOrder.Oldest,
        }.Json();
    }

    private static string FullExclusion()
    {
        return new NewExclusion
        {
            Kind = ExclusionKind.Product, Value = "gems*", Store = Stores.AppStore, Action = ExclusionAction.Exclude, Until = At(1000), Who = "eve", Why = "test",
        }.Json();
    }

    private static string FullExport()
    {
        return new ExportRequest
        {
            What = ExportKind.Journal, Format = ExportFormat.Excel, User = "ann", Store = Stores.AppStore, Since = At(1000), Until = At(2000), ChangedSince = At(3000),
        }.Json();
    }

    private static string FullQuestion()
    {
        return new FiguresQuestion
        {
            Since = At(1000), Until = At(2000), Environment = StoreEnvironment.Sandbox, By = { FigureGroup.WorkStatus }, Lists = { FigureList.RepeatRefunders }, Repeat = 3,
        }.Json();
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    /// <summary>An enumeration that only arguments have has all names of a schema.</summary>
    private static void HasNames<T>(string schema, string definition) where T : struct
    {
        var names = JsonValue.Parse(File.ReadAllText(Path.Combine(Folder, schema + ".schema.json")))
            .Members["$defs"].Members[definition].Members["oneOf"].Items.Select(item => item.Members["const"].Text);
        Check.Equal(string.Empty, Lines(names.Except(OpenEnumNames<T>.All)), schema + " " + definition);
    }

    /// <summary>The members of both objects in one.</summary>
    private static string Joined(string first, string second)
    {
        var members = JsonValue.Parse(first).Members.Concat(JsonValue.Parse(second).Members).GroupBy(member => member.Key)
            .Select(group => "\"" + group.Key + "\":" + group.First().Value.Raw);
        return "{" + string.Join(",", members.ToArray()) + "}";
    }

    [Test]
    private static void TheStoresHaveTheirNames()
    {
        var schema = JsonValue.Parse(File.ReadAllText(Path.Combine(Folder, "refund.schema.json")));
        var inSchema = schema.Members["$defs"].Members["Store"].Members["anyOf"].Items
            .Where(item => item.Members.ContainsKey("const")).Select(item => item.Members["const"].Text);
        var inBinding = typeof(Stores).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetValue(null));
        Check.Equal(Lines(inSchema), Lines(inBinding));
    }

    private static IEnumerable<DocumentType> Documents()
    {
        foreach (var pair in Returned.Where(pair => pair.Value != null))
        {
            var schemas = Schema.Read(File.ReadAllText(Path.Combine(Folder, pair.Key + ".schema.json")));
            Check.Equal(pair.Value.Length, schemas.Count, pair.Key + ": types");
            for (var i = 0; i < schemas.Count; i++)
            {
                yield return pair.Value[i].Of(pair.Key, schemas[i]);
            }
        }
    }

    private static void Compare(SchemaType schema, Type type, bool mayLack, string where, List<string> faults)
    {
        var isOptional = schema.IsNullable || mayLack;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        switch (schema.Kind)
        {
            case SchemaKind.Any:
            case SchemaKind.Text: Expect(type == typeof(string), type, where, faults); break;
            case SchemaKind.Number: Expect(plain == typeof(long) && MayBeNull(type, isOptional, mayLack && !schema.IsNullable), type, where, faults); break;
            case SchemaKind.Flag: Expect(plain == typeof(bool) && MayBeNull(type, isOptional, mayLack && !schema.IsNullable), type, where, faults); break;
            case SchemaKind.Time: Expect(plain == typeof(DateTimeOffset) && MayBeNull(type, isOptional), type, where, faults); break;
            case SchemaKind.Money: Expect(plain == typeof(Money) && MayBeNull(type, isOptional), type, where, faults); break;
            case SchemaKind.Numbers: Expect(type == typeof(IReadOnlyDictionary<string, long>) && !isOptional, type, where, faults); break;
            case SchemaKind.Texts: Expect(type == typeof(IReadOnlyDictionary<string, string>) && !isOptional, type, where, faults); break;
            case SchemaKind.Enum:
                Expect(IsGeneric(plain, typeof(OpenEnum<>)) && MayBeNull(type, isOptional), type, where, faults);
                if (IsGeneric(plain, typeof(OpenEnum<>)))
                {
                    CompareNames(schema.Names, plain, where, faults);
                }
                break;
            case SchemaKind.List:
                Expect(IsGeneric(type, typeof(IReadOnlyList<>)), type, where, faults);
                if (IsGeneric(type, typeof(IReadOnlyList<>)))
                {
                    Compare(schema.Item, type.GetGenericArguments()[0], false, where + "[]", faults);
                }
                break;
            default:
                CompareObject(schema, type, where, faults);
                break;
        }
    }

    private static void CompareObject(SchemaType schema, Type type, string where, List<string> faults)
    {
        if (type != typeof(JournalEntry))
        {
            CompareMembers(Merge(schema), type, where, faults);
            return;
        }
        var kinds = type.GetNestedTypes().ToDictionary(kind => kind.Name);
        foreach (var variants in schema.Variants.GroupBy(variant => variant["what"].Type.Names.Single()))
        {
            var name = Pascal(variants.Key);
            Expect(kinds.Remove(name), type, where + " " + name, faults);
            var nested = type.GetNestedType(name);
            if (nested != null)
            {
                var members = Merge(new SchemaType { Variants = variants.ToList() });
                members["what"].Type.Names = schema.Variants.Select(variant => variant["what"].Type.Names.Single()).Distinct().ToList();
                CompareMembers(members, nested, where + "." + variants.Key, faults);
            }
        }
        faults.AddRange(kinds.Keys.Select(name => where + ": the schema has no " + name));
    }

    private static void CompareMembers(Dictionary<string, SchemaMember> members, Type type, string where, List<string> faults)
    {
        var properties = Properties(type).ToDictionary(property => property.Name, property => property.PropertyType);
        foreach (var member in members)
        {
            var name = Pascal(member.Key);
            var at = where + "." + member.Key;
            if (!properties.TryGetValue(name, out var found))
            {
                faults.Add(at + ": " + type.Name + " has no " + name);
                continue;
            }
            properties.Remove(name);
            if (member.Value.Type.Kind == SchemaKind.Time)
            {
                var isThere = properties.TryGetValue(name + "Ms", out var ms);
                properties.Remove(name + "Ms");
                Expect(isThere && ms == (Nullable.GetUnderlyingType(found) == null ? typeof(long) : typeof(long?)), ms, at + " in ms", faults);
            }
            Compare(member.Value.Type, found, !member.Value.IsRequired, at, faults);
        }
        faults.AddRange(properties.Keys.Select(name => where + ": the schema has no " + type.Name + "." + name));
    }

    /// <summary>All members that any variant has, required where all have them.</summary>
    private static Dictionary<string, SchemaMember> Merge(SchemaType schema)
    {
        var merged = new Dictionary<string, SchemaMember>();
        foreach (var name in schema.Variants.SelectMany(variant => variant.Keys).Distinct())
        {
            var members = schema.Variants.Where(variant => variant.ContainsKey(name)).Select(variant => variant[name]).ToList();
            Check.Equal(1, members.Select(member => member.Type.Kind).Distinct().Count(), name + ": kinds");
            var type = members[0].Type;
            merged[name] = new SchemaMember
            {
                IsRequired = schema.Names.Count == 0 && members.Count == schema.Variants.Count && members.All(member => member.IsRequired),
                Type = new SchemaType
                {
                    Kind = type.Kind, Item = type.Item, Variants = type.Variants,
                    IsNullable = members.Any(member => member.Type.IsNullable),
                    Names = members.SelectMany(member => member.Type.Names).Distinct().ToList(),
                },
            };
        }
        if (schema.Names.Count > 0)
        {
            // A plain name, or an object with one required member.
            merged["kind"] = new SchemaMember
            {
                IsRequired = true,
                Type = new SchemaType { Kind = SchemaKind.Enum, Names = schema.Names.Concat(schema.Variants.Select(KindOf)).ToList() },
            };
        }
        return merged;
    }

    /// <summary>The member that names a variant's kind.</summary>
    private static string KindOf(Dictionary<string, SchemaMember> variant)
    {
        return variant.Single(member => member.Value.IsRequired).Key;
    }

    private static void CompareNames(List<string> names, Type open, string where, List<string> faults)
    {
        var known = typeof(OpenEnumNames<>).MakeGenericType(open.GetGenericArguments())
            .GetProperty("All", BindingFlags.Static | BindingFlags.NonPublic).GetValue(null);
        var enumeration = open.GetGenericArguments()[0].Name;
        faults.AddRange(names.Except((IEnumerable<string>)known).Select(name => enumeration + " has no " + name));
        faults.AddRange(((IEnumerable<string>)known).Except(names).Select(name => where + ": the schema has no " + name + " of " + enumeration));
    }

    /// <summary>What is left out may be read as null, or else as false or 0.</summary>
    private static bool MayBeNull(Type type, bool isOptional, bool mayBeZero = false)
    {
        var isNullable = Nullable.GetUnderlyingType(type) != null;
        return isNullable == isOptional || (mayBeZero && !isNullable);
    }

    private static void Expect(bool condition, Type found, string where, List<string> faults)
    {
        if (!condition)
        {
            faults.Add(where + ": is not " + found);
        }
    }

    /// <summary>Whether a document's properties have what its JSON has.</summary>
    private static void Same(RecoupDocument document, JsonValue json, string where)
    {
        Check.Equal(json.Raw, document.Json, where);
        Check.Equal(0, document.AdditionalMembers.Count, where + ": " + string.Join(" ", document.AdditionalMembers.Keys.ToArray()));
        foreach (var property in Properties(document.GetType()))
        {
            var name = property.Name;
            var isMs = name.EndsWith("Ms") && document.GetType().GetProperty(name.Substring(0, name.Length - 2)) != null;
            var found = json.Members.SingleOrDefault(pair => Pascal(pair.Key) == (isMs ? name.Substring(0, name.Length - 2) : name)).Value;
            var value = property.GetValue(document);
            if (name == "Kind" && found == null)
            {
                Check.Equal(json.Kind == JsonKind.String ? json.Text : json.Members.Keys.First(), value.ToString(), where);
                continue;
            }
            SameValue(value, found, where + "." + name);
        }
    }

    private static void SameValue(object value, JsonValue json, string where)
    {
        if (json == null || json.Kind == JsonKind.Null)
        {
            var isEmpty = value == null || false.Equals(value) || 0L.Equals(value) || (value is ICollection list && list.Count == 0);
            Check.True(isEmpty, where + " is " + value);
            return;
        }
        Check.True(value != null, where + " was not read from " + json.Raw);
        if (value is RecoupDocument)
        {
            Same((RecoupDocument)value, json, where);
        }
        else if (value is IList)
        {
            var list = (IList)value;
            Check.Equal(json.Items.Count, list.Count, where);
            for (var i = 0; i < list.Count; i++)
            {
                SameValue(list[i], json.Items[i], where + "[]");
            }
        }
        else
        {
            Check.Equal(json.Kind == JsonKind.String ? json.Text : json.Raw, InJson(value), where);
        }
    }

    private static string InJson(object value)
    {
        if (value is bool)
        {
            return (bool)value ? "true" : "false";
        }
        if (value is DateTimeOffset)
        {
            return ((DateTimeOffset)value).ToUnixTimeMilliseconds().ToString();
        }
        if (value is Money)
        {
            return "{\"micros\":" + ((Money)value).Micros + ",\"currency\":\"" + ((Money)value).Currency + "\"}";
        }
        if (value is Grant)
        {
            return "{\"item\":" + JsonText(((Grant)value).Item) + ",\"quantity\":" + ((Grant)value).Quantity + "}";
        }
        var texts = value as IReadOnlyDictionary<string, string>;
        if (texts != null)
        {
            return "{" + string.Join(",", texts.Select(pair => "\"" + pair.Key + "\":" + (pair.Value == null ? "null" : JsonText(pair.Value))).ToArray()) + "}";
        }
        var numbers = value as IReadOnlyDictionary<string, long>;
        return numbers == null
            ? value.ToString()
            : "{" + string.Join(",", numbers.Select(pair => "\"" + pair.Key + "\":" + pair.Value).ToArray()) + "}";
    }

    private static string JsonText(string text) => "\"" + text.Replace("\"", "\\\"") + "\"";

    private static IEnumerable<PropertyInfo> Properties(Type type)
    {
        return type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.DeclaringType != typeof(RecoupDocument));
    }

    private static bool IsGeneric(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;

    private static string Pascal(string name)
    {
        return string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)).ToArray());
    }

    private static string Lines(IEnumerable<string> lines)
    {
        return string.Join("\n", lines.OrderBy(line => line, StringComparer.Ordinal).ToArray());
    }

    private static DocumentType[] One<T>(Func<JsonValue, T> read) where T : RecoupDocument
    {
        return new[] { new DocumentType { Type = typeof(T), Read = read } };
    }

    /// <summary>A type, how it is read, and where it is compared its schema.</summary>
    private sealed class DocumentType
    {
        internal Type Type { get; set; }

        internal Func<JsonValue, RecoupDocument> Read { get; set; }

        internal string Name { get; private set; }

        internal SchemaType Schema { get; private set; }

        internal DocumentType Of(string name, SchemaType schema)
        {
            return new DocumentType { Type = Type, Read = Read, Name = name, Schema = schema };
        }
    }
}
