using System.Collections.Generic;
using System.Linq;

/// <summary>Documents made from a schema.</summary>
internal static class Samples
{
    /// <summary>With all members, one of each variant; if it is newer, with values that no enumeration has.</summary>
    internal static IEnumerable<string> Full(SchemaType schema, bool isNewer = false)
    {
        return schema.Variants.Select(
            variant => Object(variant.Select(member => Member(member.Key, Value(member.Key, member.Value.Type, isNewer)))));
    }

    /// <summary>With the required members only, and null for those that may be null.</summary>
    internal static IEnumerable<string> Least(SchemaType schema)
    {
        return schema.Variants.Select(variant => Object(
            variant.Where(member => member.Value.IsRequired)
                .Select(member => Member(member.Key, member.Value.Type.IsNullable ? "null" : LeastValue(member.Key, member.Value.Type)))));
    }

    /// <summary>Without one member that is required and never null, by its name.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Lacking(SchemaType schema)
    {
        foreach (var variant in schema.Variants)
        {
            // What only some variants have is no failure where it lacks: the type is one for all of them.
            foreach (var name in variant.Keys.Where(name => schema.Variants.All(other =>
                other.TryGetValue(name, out var member) && member.IsRequired && !member.Type.IsNullable)))
            {
                var others = variant.Where(member => member.Key != name).Select(member => Member(member.Key, Value(member.Key, member.Value.Type)));
                yield return new KeyValuePair<string, string>(name, Object(others));
            }
        }
    }

    private static string LeastValue(string name, SchemaType type)
    {
        switch (type.Kind)
        {
            case SchemaKind.List: return "[]";
            case SchemaKind.Object: return type.Names.Count > 0 ? Quoted(type.Names[0]) : Least(type).First();
            default: return Value(name, type);
        }
    }

    /// <summary>Numbers and texts differ by member, so that none is read unnoticed into another's property.</summary>
    private static string Value(string name, SchemaType type, bool isNewer = false)
    {
        var number = name.Aggregate(17L, (sum, letter) => (sum * 31 + letter) % 1000000007);
        switch (type.Kind)
        {
            case SchemaKind.Any: return "{\"anything\": [" + number + "]}";
            case SchemaKind.Text: return Quoted("a " + name + ", \\\"");
            case SchemaKind.Number: return number.ToString();
            case SchemaKind.Flag: return "true";
            case SchemaKind.Time: return (1790000000000 + number).ToString();
            case SchemaKind.Money: return "{\"micros\":-" + number + ",\"currency\":\"EUR\"}";
            case SchemaKind.Enum: return Quoted(isNewer && type.Names.Count > 1 ? "added_later" : type.Names.Last());
            case SchemaKind.Numbers: return "{\"EUR\":" + number + ",\"USD\":-1}";
            case SchemaKind.Texts: return "{\"first\":\"a " + name + "\"" + (type.Item.IsNullable ? ",\"second\":null}" : "}");
            case SchemaKind.List: return "[" + string.Join(",", Items(name, type.Item, isNewer).ToArray()) + "]";
            default: return Full(type, isNewer).Last();
        }
    }

    /// <summary>Of objects each variant, with and without optional members.</summary>
    private static IEnumerable<string> Items(string name, SchemaType type, bool isNewer)
    {
        return type.Kind == SchemaKind.Object
            ? Full(type, isNewer).Concat(Least(type))
            : new[] { Value(name, type, isNewer), Value(name + "2", type, isNewer) };
    }

    private static string Object(IEnumerable<string> members) => "{" + string.Join(",", members.ToArray()) + "}";

    private static string Member(string name, string value) => Quoted(name) + ":" + value;

    private static string Quoted(string text) => "\"" + text + "\"";
}
