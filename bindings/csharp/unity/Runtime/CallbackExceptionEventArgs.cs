using System;

namespace Recoup
{
    /// <summary>An exception that one of your callbacks threw.</summary>
    public sealed class CallbackExceptionEventArgs : EventArgs
    {
        private CallbackExceptionEventArgs(string source, Exception exception)
        {
            Source = source;
            Exception = exception;
        }

        /// <summary>Which callback: "OnBlock" and the like, "OnCompletion", "clock", "log", "transport", "progress", or "destructor".</summary>
        public string Source { get; }

        /// <summary>The exception.</summary>
        public Exception Exception { get; }

        /// <summary>Never throws, since native frames are below.</summary>
        internal static void Report(string source, Exception exception)
        {
            try
            {
                var listeners = RecoupEngine.CallbackExceptionListeners;
                if (listeners == null)
                {
                    Console.Error.WriteLine("Recoup: unhandled exception in " + source + ": " + exception);
                    return;
                }
                listeners(null, new CallbackExceptionEventArgs(source, exception));
            }
            catch (Exception)
            {
                // The listener itself failed; there is no place left to report to.
            }
        }
    }
}
