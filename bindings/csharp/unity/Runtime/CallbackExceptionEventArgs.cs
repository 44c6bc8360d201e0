using System;

namespace Recoup
{
    /// <summary>An exception that a callback of yours has let out.</summary>
    public sealed class CallbackExceptionEventArgs : EventArgs
    {
        private CallbackExceptionEventArgs(string source, Exception exception)
        {
            Source = source;
            Exception = exception;
        }

        /// <summary>Which callback: "OnBlock" and the like, "OnCompletion", "clock", "log", "transport", "progress", or "destructor".</summary>
        public string Source { get; }

        /// <summary>What it threw.</summary>
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
                // Whoever listens has failed to; there is nobody left to tell.
            }
        }
    }
}
