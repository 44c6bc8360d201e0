using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Recoup;
using Recoup.Native;

/// <summary>The binding against recoup.h itself: what the header has, the binding has too.</summary>
internal static class HeaderTests
{
    private static readonly Dictionary<string, Type> Enums = new Dictionary<string, Type>
    {
        { "STATUS", typeof(RecoupStatus) },
        { "TRANSPORT", typeof(TransportFailure) },
        { "LOG", typeof(RecoupLogLevel) },
        { "OUTCOME", typeof(OutcomeKind) },
        { "MEANING", typeof(Meaning) },
        { "ENVIRONMENT", typeof(StoreEnvironment) },
        { "PRODUCT", typeof(ProductType) },
        { "PURCHASE", typeof(PurchaseOutcome) },
        { "EVENT", typeof(EventKind) },
        { "HANDLED", typeof(Handled) },
        { "ATTRIBUTED_BY", typeof(AttributedBy) },
    };

    internal static string Header { get; set; }

    [Test]
    private static void EveryConstantHasItsValue()
    {
        var constants = Regex.Matches(File.ReadAllText(Header), @"^#define RECOUP_(ATTRIBUTED_BY|[A-Z]+)_([A-Z_]+) (-?\d+)$", RegexOptions.Multiline)
            .Cast<Match>().Where(match => match.Groups[1].Value != "VERSION").ToList();
        foreach (var constant in constants)
        {
            Check.True(Enums.TryGetValue(constant.Groups[1].Value, out var type), "an enum for " + constant.Value);
            var name = constant.Groups[2].Value.Replace("_", string.Empty);
            var value = Enum.Parse(type, name, true);
            Check.Equal(int.Parse(constant.Groups[3].Value), (int)value, constant.Value);
        }
        // The binding names one value more in each of three enums: 0 for "unset".
        Check.Equal(constants.Count + 3, Enums.Values.Sum(type => Enum.GetValues(type).Length), "as many names as in the header");
    }

    [Test]
    private static void EveryFunctionIsDeclaredWithAsManyArguments()
    {
        var text = Regex.Replace(File.ReadAllText(Header), @"/\*.*?\*/", string.Empty, RegexOptions.Singleline);
        var inHeader = Regex.Matches(text, @"^(?!typedef)[a-z][\w \*]*?\b(recoup_\w+)\(([^)]*)\);", RegexOptions.Multiline)
            .Cast<Match>()
            .Select(match => match.Groups[1].Value + " " + (match.Groups[2].Value == "void" ? 0 : match.Groups[2].Value.Split(',').Length));
        var declared = typeof(NativeMethods).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(method => method.Name.StartsWith("recoup_"))
            .Select(method => method.Name + " " + method.GetParameters().Length);
        Check.Equal(
            string.Join("\n", inHeader.OrderBy(name => name, StringComparer.Ordinal).ToArray()),
            string.Join("\n", declared.OrderBy(name => name, StringComparer.Ordinal).ToArray()));
    }

    [Test]
    private static void EveryMemberIsInTheLayout()
    {
        var text = Regex.Replace(File.ReadAllText(Header), @"/\*.*?\*/", string.Empty, RegexOptions.Singleline);
        foreach (Match match in Regex.Matches(text, @"typedef struct recoup_(\w+) \{(.*?)\} recoup_\w+;", RegexOptions.Singleline))
        {
            var type = typeof(NativeMethods).Assembly.GetTypes()
                .Single(candidate => candidate.Name.ToLowerInvariant() == "native" + match.Groups[1].Value.Replace("_", string.Empty));
            var inHeader = Regex.Matches(match.Groups[2].Value, @"(\w+)(\[\d+\])?;").Cast<Match>().Select(member => member.Groups[1].Value);
            var inBinding = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => field.Name);
            Check.Equal(string.Join(" ", inHeader.ToArray()), string.Join(" ", inBinding.ToArray()), match.Groups[1].Value);
        }
    }

    [Test]
    private static void TheVersionIsTheHeaders()
    {
        var text = File.ReadAllText(Header);
        var numbers = new[] { "MAJOR", "MINOR", "PATCH" }.Select(name => Regex.Match(text, "RECOUP_VERSION_" + name + @" (\d+)").Groups[1].Value);
        Check.Equal(string.Join(".", numbers.ToArray()), LibraryVersion.Needed);
    }

    [Test]
    private static void StructsLieAsCLaysThem()
    {
        Check.Equal(string.Empty, string.Join(", ", NativeLayout.Differences().ToArray()));
    }
}
