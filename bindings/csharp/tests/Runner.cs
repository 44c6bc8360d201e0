using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using Recoup;

/// <summary>A method that the runner calls.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TestAttribute : Attribute
{
}

/// <summary>
/// Runs every method marked as a test and prints those that fail. Arguments: a folder of the scenario's making,
/// recoup.h, the folder of the schemas, and maybe a part of the names to run. "--leave FOLDER" only opens an engine and
/// leaves it open; "--older VERSION" expects that the library that is found is of this version, and refused.
/// </summary>
internal static class Runner
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length == 2 && arguments[0] == "--leave")
        {
            return Leave(arguments[1]);
        }
        if (arguments.Length == 2 && arguments[0] == "--older")
        {
            return VersionTests.RefuseOlder(arguments[1]);
        }
        if (arguments.Length < 3)
        {
            Console.Error.WriteLine("usage: Tests.exe SCENARIO_FOLDER RECOUP_H SCHEMAS_FOLDER [PART_OF_A_NAME]");
            return 2;
        }
        World.ScenarioFolder = arguments[0];
        HeaderTests.Header = arguments[1];
        SchemaTests.Folder = arguments[2];
        var failed = 0;
        var tests = Tests(arguments.Length > 3 ? arguments[3] : string.Empty);
        foreach (var test in tests)
        {
            failed += Run(test) ? 0 : 1;
        }
        Console.WriteLine((tests.Count - failed) + " passed, " + failed + " failed");
        return failed == 0 && tests.Count > 0 ? 0 : 1;
    }

    private static List<MethodInfo> Tests(string part)
    {
        return typeof(Runner).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(method => method.GetCustomAttributes(typeof(TestAttribute), false).Length > 0)
            .Where(method => Name(method).Contains(part))
            .OrderBy(Name, StringComparer.Ordinal)
            .ToList();
    }

    private static bool Run(MethodInfo test)
    {
        var unhandled = new List<CallbackExceptionEventArgs>();
        EventHandler<CallbackExceptionEventArgs> listener = (sender, reported) => unhandled.Add(reported);
        RecoupEngine.UnhandledCallbackException += listener;
        try
        {
            Check.ExpectedUnhandled = 0;
            test.Invoke(null, null);
            Check.Equal(Check.ExpectedUnhandled, unhandled.Count, "unhandled exceptions in callbacks");
            return true;
        }
        catch (Exception exception)
        {
            var cause = exception is TargetInvocationException ? exception.InnerException : exception;
            Console.WriteLine("FAILED " + Name(test) + ": " + cause);
            unhandled.ForEach(reported => Console.WriteLine("  in " + reported.Source + ": " + reported.Exception));
            return false;
        }
        finally
        {
            RecoupEngine.UnhandledCallbackException -= listener;
        }
    }

    private static string Name(MethodInfo test) => test.DeclaringType.Name + "." + test.Name;

    /// <summary>What a careless program does: everything runs while the process ends.</summary>
    private static int Leave(string folder)
    {
        World.ScenarioFolder = folder;
        var engine = new World().Engine;
        var reported = new ManualResetEvent(false);
        RecoupLog.Set(RecoupLogLevel.Trace, (level, target, message) => { });
        engine.OnBlock(refundEvent =>
        {
            reported.Set();
            return Handled.Done;
        });
        engine.StartDispatcher();
        engine.Block("ann", null, "eve", "test");
        return reported.WaitOne(TimeSpan.FromSeconds(60)) ? 0 : 1;
    }
}

/// <summary>What a test expects.</summary>
internal static class Check
{
    /// <summary>How many exceptions in callbacks a test means to have.</summary>
    internal static int ExpectedUnhandled { get; set; }

    internal static void True(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException("not so: " + what);
        }
    }

    internal static void Equal<T>(T expected, T actual, string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException(what + ": expected " + expected + ", not " + actual);
        }
    }

    internal static TException Throws<TException>(Action action) where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException exception)
        {
            return exception;
        }
        throw new InvalidOperationException("expected " + typeof(TException).Name + ", and nothing was thrown");
    }

    internal static RecoupException Fails(RecoupStatus status, string code, Action action)
    {
        var failure = Throws<RecoupException>(action);
        Equal(status, failure.Status, "status");
        Equal(code, failure.Code, "code");
        True(failure.Message.Length > 0, "there is a message");
        return failure;
    }
}
