using System;

namespace Recoup
{
    /// <summary>The native library that was loaded is of a version that this assembly cannot use.</summary>
    public sealed class RecoupVersionException : Exception
    {
        internal RecoupVersionException(string libraryVersion, string neededVersion, string message) : base(message)
        {
            LibraryVersion = libraryVersion;
            NeededVersion = neededVersion;
        }

        /// <summary>The version of the library that was loaded.</summary>
        public string LibraryVersion { get; }

        /// <summary>The version that this assembly needs at least.</summary>
        public string NeededVersion { get; }
    }
}
