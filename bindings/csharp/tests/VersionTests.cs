using System;
using Recoup;
using Recoup.Native;

/// <summary>Libraries of other versions.</summary>
internal static class VersionTests
{
    [Test]
    private static void TheLibraryThatIsLoadedFits()
    {
        LibraryVersion.Check(RecoupEngine.LibraryVersion);
    }

    [Test]
    private static void TheNumberIsThatOfTheText()
    {
        var parts = RecoupEngine.LibraryVersion.Split('.');
        var number = (uint.Parse(parts[0]) * 1000000) + (uint.Parse(parts[1]) * 1000) + uint.Parse(parts[2]);
        Check.Equal(number, NativeMethods.recoup_version_number());
    }

    [Test]
    private static void LaterOnesOfTheSameSeriesFit()
    {
        Fits("0.1.0", "0.1.0", "0.1.1", "0.1.10", "0.1.0-rc.1");
        Fits("1.2.3", "1.2.3", "1.2.4", "1.3.0", "1.10.0");
    }

    [Test]
    private static void OlderOnesAndOtherSeriesAreRefused()
    {
        IsRefused("0.1.2", "0.1.1", "0.0.9", "0.2.0", "1.1.2", "", "x.y.z", "0.1", "-0.1.2", "0.1.2147483648");
        IsRefused("1.2.3", "1.2.2", "1.1.9", "0.2.3", "2.2.3");
    }

    /// <summary>In a process of its own, which finds a made-up library that has nothing but its version.</summary>
    internal static int RefuseOlder(string version)
    {
        Check.Equal(version, RecoupEngine.LibraryVersion);
        IsRefusal(version, Check.Throws<RecoupVersionException>(() => RecoupEngine.Open("{}")));
        IsRefusal(version, Check.Throws<RecoupVersionException>(() => RecoupEngine.OpenFile("recoup.json")));
        IsRefusal(version, Check.Throws<RecoupVersionException>(() => RecoupEngine.Open(RecoupOptions.FromJson("{}"))));
        IsRefusal(version, Check.Throws<RecoupVersionException>(() => RecoupLog.Set(RecoupLogLevel.Warn, (level, target, message) => { })));
        IsRefusal(version, Check.Throws<RecoupVersionException>(RecoupLog.Off));
        return 0;
    }

    private static void IsRefusal(string version, RecoupVersionException refusal)
    {
        Check.Equal(version, refusal.LibraryVersion);
        Check.Equal(LibraryVersion.Needed, refusal.NeededVersion);
        Check.True(
            refusal.Message.Contains("version " + version) && refusal.Message.Contains("needs " + LibraryVersion.Needed)
            && refusal.Message.Contains("deploy the library that came with the assembly"),
            refusal.Message);
    }

    private static void Fits(string needed, params string[] loaded)
    {
        foreach (var version in loaded)
        {
            LibraryVersion.Check(version, needed);
        }
    }

    private static void IsRefused(string needed, params string[] loaded)
    {
        foreach (var version in loaded)
        {
            var refusal = Check.Throws<RecoupVersionException>(() => LibraryVersion.Check(version, needed));
            Check.True(refusal.Message.Contains("version " + version + ",") && refusal.Message.Contains("needs " + needed), refusal.Message);
        }
    }
}
