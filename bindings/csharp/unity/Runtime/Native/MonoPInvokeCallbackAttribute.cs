using System;

namespace Recoup.Native
{
    /// <summary>
    /// Marks a static method that native code calls. IL2CPP looks for an attribute of this name, in whatever namespace,
    /// and makes the native entry point for it ahead of time.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class MonoPInvokeCallbackAttribute : Attribute
    {
        internal MonoPInvokeCallbackAttribute(Type delegateType)
        {
            DelegateType = delegateType;
        }

        internal Type DelegateType { get; }
    }
}
