using System;
using System.Collections.Generic;
using System.Linq;
using Recoup.Native;

/// <summary>What a member of a document is.</summary>
internal enum SchemaKind
{
    Any,
    Text,
    Number,
    Flag,
    Time,
    Money,
    Enum,
    List,
    Numbers,
    Texts,
    Object,
}

/// <summary>A type of a schema, as far as a binding needs it.</summary>
internal sealed class SchemaType
{
    internal SchemaKind Kind { get; set; }

    internal bool IsNullable { get; set; }

    /// <summary>Of an enumeration its names; of an object that may be a plain name too, those.</summary>
    internal List<string> Names { get; set; } = new List<string>();

    /// <summary>Of a list what it has.</summary>
    internal SchemaType Item { get; set; }

    /// <summary>Of an object its variants; a plain object has one.</summary>
    internal List<Dictionary<string, SchemaMember>> Variants { get; set; } = new List<Dictionary<string, SchemaMember>>();
}

/// <summary>A member of an object.</summary>
internal sealed class SchemaMember
{
    internal SchemaType Type { get; set; }

    internal bool IsRequired { get; set; }
}

/// <summary>Reads schemas/*.schema.json of the documents that the library returns.</summary>
internal sealed class Schema
{
    private readonly JsonValue root;

    private Schema(JsonValue root)
    {
        this.root = root;
    }

    /// <summary>Of a document that is one of several, each; of a list that of its items; otherwise one.</summary>
    internal static List<SchemaType> Read(string text)
    {
        var schema = new Schema(JsonValue.Parse(text));
        var alternatives = schema.root.Members.ContainsKey("properties") ? null : Find(schema.root, "anyOf");
        if (alternatives == null)
        {
            var type = schema.TypeOf(schema.root);
            return new List<SchemaType> { type.Kind == SchemaKind.List ? type.Item : type };
        }
        return alternatives.Items.Where(item => !IsNull(item)).Select(schema.TypeOf).ToList();
    }

    private SchemaType TypeOf(JsonValue schema)
    {
        var reference = Find(schema, "$ref");
        if (reference != null)
        {
            var name = reference.Text.Substring("#/$defs/".Length);
            switch (name)
            {
                // Rust names them, JSON does not.
                case "Timestamp": return new SchemaType { Kind = SchemaKind.Time };
                case "Money": return new SchemaType { Kind = SchemaKind.Money };
                case "Store": return new SchemaType { Kind = SchemaKind.Text };
                default: return TypeOf(root.Members["$defs"].Members[name]);
            }
        }
        var alternatives = Find(schema, "anyOf");
        if (alternatives != null)
        {
            var types = alternatives.Items.Where(item => !IsNull(item)).ToList();
            var type = types.Count == 1 ? TypeOf(types[0]) : OneOf(types);
            type.IsNullable |= types.Count < alternatives.Items.Count;
            return type;
        }
        var names = TypeNames(schema);
        var isNullable = names.Remove("null");
        var plain = new SchemaType { Kind = SchemaKind.Any, IsNullable = isNullable };
        Fill(plain, schema, names.SingleOrDefault());
        return plain;
    }

    private void Fill(SchemaType type, JsonValue schema, string name)
    {
        switch (name)
        {
            case "string": type.Kind = SchemaKind.Text; break;
            case "integer": type.Kind = SchemaKind.Number; break;
            case "boolean": type.Kind = SchemaKind.Flag; break;
            case "array":
                type.Kind = SchemaKind.List;
                type.Item = TypeOf(schema.Members["items"]);
                break;
            default:
                var values = Find(schema, "additionalProperties");
                if (values != null)
                {
                    var kind = TypeOf(values).Kind;
                    Check.True(kind == SchemaKind.Number || kind == SchemaKind.Text, "a map of numbers or texts");
                    type.Kind = kind == SchemaKind.Number ? SchemaKind.Numbers : SchemaKind.Texts;
                    type.Item = TypeOf(values);
                }
                else if (schema.Members.ContainsKey("properties") || schema.Members.ContainsKey("oneOf"))
                {
                    type.Kind = SchemaKind.Object;
                    type.Variants = Variants(schema);
                }
                else
                {
                    Check.Equal(null, name, "a type that this test supports");
                }
                break;
        }
    }

    /// <summary>Names, objects or both, and those of a later version.</summary>
    private SchemaType OneOf(List<JsonValue> alternatives)
    {
        var names = alternatives.Where(item => item.Members.ContainsKey("const")).Select(item => item.Members["const"].Text).ToList();
        var objects = alternatives.Where(item => item.Members.ContainsKey("properties")).ToList();
        Check.True(names.Count > 0 && alternatives.Any(IsAnyText), "names, and any other: " + alternatives[0].Raw);
        return new SchemaType
        {
            Kind = objects.Count == 0 ? SchemaKind.Enum : SchemaKind.Object,
            Names = names,
            Variants = objects.SelectMany(Variants).ToList(),
        };
    }

    private List<Dictionary<string, SchemaMember>> Variants(JsonValue schema)
    {
        var own = new Dictionary<string, SchemaMember>();
        var required = Find(schema, "required")?.Items.Select(item => item.Text).ToList() ?? new List<string>();
        foreach (var member in Find(schema, "properties")?.Members ?? new Dictionary<string, JsonValue>())
        {
            var name = Find(member.Value, "const");
            var type = name == null
                ? TypeOf(member.Value)
                : new SchemaType { Kind = SchemaKind.Enum, Names = new List<string> { name.Text } };
            own.Add(member.Key, new SchemaMember { Type = type, IsRequired = required.Contains(member.Key) });
        }
        var variants = new List<Dictionary<string, SchemaMember>> { own };
        var alternatives = Find(schema, "oneOf");
        if (alternatives != null)
        {
            variants = alternatives.Items.Where(item => !IsLater(item)).SelectMany(Variants)
                .Select(variant => own.Concat(variant).ToDictionary(member => member.Key, member => member.Value)).ToList();
        }
        return variants;
    }

    /// <summary>A variant that only a later version has: its tag is none of the known ones.</summary>
    private static bool IsLater(JsonValue schema)
    {
        return schema.Members["properties"].Members.Values.Any(member => member.Members.ContainsKey("not"));
    }

    private static bool IsAnyText(JsonValue schema) => schema.Members.Keys.All(name => name == "type" || name == "description");

    private static bool IsNull(JsonValue schema)
    {
        var names = TypeNames(schema);
        return names.Count == 1 && names[0] == "null";
    }

    private static List<string> TypeNames(JsonValue schema)
    {
        var type = Find(schema, "type");
        return type == null ? new List<string>()
            : type.Kind == JsonKind.Array ? type.Items.Select(item => item.Text).ToList() : new List<string> { type.Text };
    }

    private static JsonValue Find(JsonValue schema, string name)
    {
        return schema.Members.TryGetValue(name, out var member) ? member : null;
    }
}
