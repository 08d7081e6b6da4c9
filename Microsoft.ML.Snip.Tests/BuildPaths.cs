using System.Reflection;

namespace Microsoft.ML.Snip.Tests;

/// <summary>Paths that only the build knows; the project file writes them into this assembly.</summary>
internal static class BuildPaths
{
    public static string Of(string key) => typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
