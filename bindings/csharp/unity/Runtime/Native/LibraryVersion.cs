using System;
using System.Globalization;

namespace Recoup.Native
{
    /// <summary>
    /// The version of the library that this binding was written for. Before 1.0 each minor version may break programs, from
    /// 1.0 on each major one; additions of a later patch or minor version do no harm.
    /// </summary>
    internal static class LibraryVersion
    {
        /// <summary>The header's version; the tests compare them.</summary>
        internal const string Needed = "0.1.0";

        /// <exception cref="RecoupVersionException">The binding cannot use the library.</exception>
        internal static void Check(string loaded) => Check(loaded, Needed);

        internal static void Check(string loaded, string needed)
        {
            var numbers = Numbers(needed);
            if (IsCompatible(Numbers(loaded), numbers))
            {
                return;
            }
            var series = numbers[0] == 0 ? "0." + numbers[1] : numbers[0].ToString(CultureInfo.InvariantCulture);
            throw new RecoupVersionException(
                loaded, needed,
                "The native Recoup library that was loaded is version " + loaded + ", and this assembly needs " + needed
                + " or a later " + series + ": deploy the library that came with the assembly, and see that no other one is found "
                + "before it (beside the assembly, in runtimes/RID/native, in Unity's Plugins, on LD_LIBRARY_PATH)");
        }

        private static bool IsCompatible(int[] loaded, int[] needed)
        {
            if (loaded == null || loaded[0] != needed[0])
            {
                return false;
            }
            return loaded[1] == needed[1] ? loaded[2] >= needed[2] : needed[0] > 0 && loaded[1] > needed[1];
        }

        /// <summary>Major, minor and patch; null for what is no version.</summary>
        private static int[] Numbers(string version)
        {
            var parts = version.Split('.', '-', '+');
            if (parts.Length < 3)
            {
                return null;
            }
            var numbers = new int[3];
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                {
                    return null;
                }
            }
            return numbers;
        }
    }
}
