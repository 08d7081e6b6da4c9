global using Microsoft.VisualStudio.TestTools.UnitTesting;

// Torch's thread count belongs to the process, so tests run one after the other.
[assembly: DoNotParallelize]
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Microsoft.ML.Data")]
